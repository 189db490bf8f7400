import { assert } from "@std/assert";

/**
 * Waits for something that happens beyond the test's reach, such as in a socket.
 *
 * @param isDone Whether it has happened; asked every few milliseconds.
 * @param patienceSeconds How long at most, and longer on a busy machine.
 * @throws {AssertionError} If it does not happen.
 */
export async function waitFor(isDone: () => boolean, patienceSeconds = 10): Promise<void> {
  for (let turn = 0; turn < 200 * patienceSeconds && !isDone(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert(isDone(), "it did not come about");
}

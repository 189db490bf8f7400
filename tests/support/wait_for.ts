import { assert } from "@std/assert";

/**
 * Waits for something that happens beyond the test's reach, such as in a socket.
 *
 * @param isDone Whether it has happened; asked every few milliseconds, for 10 s at most.
 * @throws {AssertionError} If it does not happen.
 */
export async function waitFor(isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2_000 && !isDone(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert(isDone(), "it did not come about");
}

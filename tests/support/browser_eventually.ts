import { assert } from "@std/assert";

const PATIENCE_MS = 20_000;

/**
 * Waits for something in a page that no locator can wait for.
 *
 * @param isSo Asked again and again, for 20 s at most.
 * @param what What is waited for, for the message of a failure.
 */
export async function eventually(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  let isDone = await isSo();
  while (!isDone && performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    isDone = await isSo();
  }
  assert(isDone, `it did not come about: ${what}`);
}

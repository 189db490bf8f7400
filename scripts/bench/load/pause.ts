/** Waits. @param ms Milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Looks again and again whether something is so.
 *
 * @param isSo Looked at every 20 ms.
 * @param patienceMs How long at most.
 * @returns Whether it came to be so.
 */
export async function waitUntil(isSo: () => boolean, patienceMs: number): Promise<boolean> {
  const endMs = performance.now() + patienceMs;
  while (!isSo()) {
    if (performance.now() > endMs) return false;
    await pause(20);
  }
  return true;
}

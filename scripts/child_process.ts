/**
 * Sends a signal to a child process; nothing happens if it has ended already.
 *
 * @param child The process.
 * @param signal Which.
 */
export function signalChild(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

/**
 * Waits, but not for ever.
 *
 * @param promise What is waited for.
 * @param patienceMs How long at most, milliseconds.
 * @param late Makes what is thrown then.
 * @returns What came of it.
 */
export async function inTime<T>(
  promise: Promise<T>,
  patienceMs: number,
  late: () => Error,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), patienceMs);
  });
  try {
    return await Promise.race([promise, end]);
  } finally {
    clearTimeout(timer);
  }
}

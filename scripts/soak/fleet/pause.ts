/**
 * Waits, or less long when the signal says so.
 *
 * @param ms Milliseconds.
 * @param signal Ends the wait; it is not an error.
 */
export function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const goOn = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", goOn);
      resolve();
    };
    const timer = setTimeout(goOn, ms);
    signal.addEventListener("abort", goOn);
  });
}

/**
 * Reads how long the main thread of a process was ready to run and had no processor: what of its lag
 * is the machine's.
 *
 * @param pid The process.
 * @returns Milliseconds since its start; NaN on a system that does not tell.
 */
export function processorWaitMs(pid: number): number {
  try {
    return parseSchedstat(Deno.readTextFileSync(`/proc/${pid}/task/${pid}/schedstat`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return NaN;
    throw error;
  }
}

/**
 * Reads the waiting time in `/proc/PID/task/TID/schedstat`.
 *
 * @param text Nanoseconds that it ran, nanoseconds that it waited, and how many times it ran.
 * @returns Milliseconds; NaN when the text is something else.
 */
export function parseSchedstat(text: string): number {
  const [, waited] = /^\d+ (\d+) \d+\s*$/.exec(text) ?? [];
  return waited === undefined ? NaN : Number(waited) / 1e6;
}

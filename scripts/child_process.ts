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

/** Those that run in sessions of their own. */
const detached = new Set<Deno.ChildProcess>();

/**
 * Starts a process in a session of its own, which Ctrl-C in a terminal does not reach.
 *
 * @param program The program.
 * @param options How.
 */
export function spawnDetached(program: string, options: Deno.CommandOptions): Deno.ChildProcess {
  const child = new Deno.Command(program, { ...options, detached: true }).spawn();
  detached.add(child);
  child.status.finally(() => detached.delete(child));
  return child;
}

/** Ends all of them at once, for when this process can't wait for their ends. */
export function killDetached(): void {
  for (const child of detached) signalChild(child, "SIGKILL");
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

/** As a shell says of a program that SIGINT has ended. */
const INTERRUPTED = 130;

/**
 * Lets SIGINT and SIGTERM end this process, and all that it has started first.
 *
 * @param stack What has to be ended.
 */
export function endOnSignal(stack: AsyncDisposableStack): void {
  // Ctrl-C comes twice, from the terminal and from the bench: the second must not cut the end short.
  let ending: Promise<void> | undefined;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      // However ending goes, this process has no more to do.
      ending ??= stack.disposeAsync().catch(() => undefined).finally(() => Deno.exit(INTERRUPTED));
    });
  }
}

/**
 * What Deno says on standard error when it fails, without the addresses of its own functions that
 * stand below.
 *
 * @param stderr What it wrote, without colours.
 * @returns The text, trimmed.
 */
export function withoutBacktrace(stderr: string): string {
  const end = stderr.indexOf("\nStack backtrace:");
  return stderr.slice(0, end < 0 ? undefined : end).trim();
}

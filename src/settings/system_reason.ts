/**
 * What the system says of a failure. The runtime puts the path behind it, which may be that of a
 * file that only exists while another is written; our messages name the file that is meant.
 *
 * @param cause What a call to the system threw.
 * @returns Words such as `Read-only file system (os error 30)`.
 */
export function systemReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replace(/[:,] [a-z]+ '.*'$/s, "");
}

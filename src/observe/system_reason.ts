/** In the words of the runtime, and of Node's modules. */
const NAME_NOT_FOUND = /^failed to lookup address information|^getaddrinfo (?:ENOTFOUND|EAI_)/;

/**
 * What the system says of a failure, for a message that says the rest.
 *
 * The runtime puts its own things around it: the number of the error, its name, and a path, which may
 * be that of a file that only exists while another is written. Our messages name the file that is meant.
 *
 * @param cause What a call to the system threw.
 * @returns Words such as `read-only file system`.
 */
export function systemReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  // Deno keeps programs from these, whatever they may read otherwise, and wants another flag.
  if (/^requires [\w-]+ access to "\/(?:dev|proc|sys)\//i.test(message)) {
    return "the runtime lets nobody use it: it is below /dev, /proc or /sys";
  }
  if (NAME_NOT_FOUND.test(message)) return "no such name, or the name service does not answer";
  const reason = message
    .replace(/[:,] [a-z]+ '.*'$/s, "")
    .replace(/ \(os error \d+\)$/, "")
    .replace(/^E[A-Z0-9]+: /, "");
  return /^[A-Z][a-z]/.test(reason) ? reason.charAt(0).toLowerCase() + reason.slice(1) : reason;
}

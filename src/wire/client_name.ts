import { HushcastError } from "../errors.ts";

/** The longest client name, in bytes of UTF-8. */
export const MAX_CLIENT_NAME_BYTES = 64;

/** Raised when a CLIENT_NAME breaks the rules of PROTOCOL 1.2. */
export class ClientNameError extends HushcastError {
  /** Stable name of this error. */
  readonly code = "CLIENT_NAME_MALFORMED";
}

/**
 * Decodes and checks the value of CLIENT_NAME.
 *
 * @param value 1 to 64 bytes of UTF-8.
 * @returns The name.
 * @throws {ClientNameError} If the value is not UTF-8, or `checkClientName` refuses the name.
 */
export function decodeClientName(value: Uint8Array): string {
  let name: string;
  try {
    name = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
  } catch (cause) {
    throw new ClientNameError("Cannot use client name: it is not UTF-8", { cause });
  }
  checkClientName(name);
  return name;
}

/**
 * Whether a text can be a client name; see `checkClientName`.
 *
 * @param text Any text.
 */
export function isClientName(text: string): boolean {
  try {
    checkClientName(text);
    return true;
  } catch (error) {
    if (error instanceof ClientNameError) return false;
    throw error;
  }
}

/**
 * Checks a client name.
 *
 * Beside control characters it refuses line and paragraph separators and the characters that turn
 * the writing direction: on a terminal they let one client pass for another. It also refuses what
 * reads as an `ip:port` or as a session id, the other two forms of an ID (PROTOCOL 1.9).
 *
 * @param name The name that a client asks for.
 * @throws {ClientNameError} If it is empty, longer than 64 bytes, or one of the above.
 */
export function checkClientName(name: string): void {
  const bytes = new TextEncoder().encode(name).byteLength;
  if (bytes < 1 || bytes > MAX_CLIENT_NAME_BYTES) {
    throw new ClientNameError(
      `Cannot use client name: want 1 to ${MAX_CLIENT_NAME_BYTES} bytes, got ${bytes}`,
    );
  }
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u.test(name)) {
    throw new ClientNameError("Cannot use client name: it holds control characters");
  }
  if (
    /^[0-9a-f]{16}$/i.test(name) || /^(\d{1,3}(\.\d{1,3}){3}|\[[^\]]*:[^\]]*\]):\d+$/.test(name)
  ) {
    throw new ClientNameError("Cannot use client name: it reads as an address or a session id");
  }
}

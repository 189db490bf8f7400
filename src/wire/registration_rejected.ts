import { HushcastError } from "../errors.ts";

/** Why a relay refuses a registration (PROTOCOL 1.2). */
export const RejectionCode = {
  AUTHENTICATION_REQUIRED: 1,
  AUTHENTICATION_FAILED: 2,
  RELAY_FULL: 3,
  BANNED: 4,
  KEY_UNUSABLE: 5,
  NAME_TAKEN: 6,
  REPLAYED: 7,
} as const;

/** One of the reason codes of REGISTRATION_REJECTED. */
export type RejectionCode = typeof RejectionCode[keyof typeof RejectionCode];

/** A decoded REGISTRATION_REJECTED. */
export interface RegistrationRejected {
  /** Reason code, u8; a later version may send one that is not in `RejectionCode`. */
  readonly reason: number;
  /** The relay's words for it; anyone on the network can have written them. */
  readonly text: string;
}

/** Raised when a REGISTRATION_REJECTED value is empty. */
export class RegistrationRejectedError extends HushcastError {
  readonly code = "REGISTRATION_REJECTED_MALFORMED";
}

/**
 * Encodes the value of REGISTRATION_REJECTED.
 *
 * @param reason The reason code.
 * @param text A short explanation for people.
 * @returns 1 byte and the UTF-8 text, owned by the caller.
 */
export function encodeRegistrationRejected(reason: RejectionCode, text: string): Uint8Array {
  const utf8 = new TextEncoder().encode(text);
  const bytes = new Uint8Array(1 + utf8.byteLength);
  bytes[0] = reason;
  bytes.set(utf8, 1);
  return bytes;
}

/**
 * Decodes the value of REGISTRATION_REJECTED.
 *
 * @param value At least 1 byte; text that is not UTF-8 is read with replacement characters.
 * @returns Reason and text.
 * @throws {RegistrationRejectedError} If the value is empty.
 */
export function decodeRegistrationRejected(value: Uint8Array): RegistrationRejected {
  const reason = value[0];
  if (reason === undefined) {
    throw new RegistrationRejectedError("Cannot decode REGISTRATION_REJECTED: need 1 byte, have 0");
  }
  return { reason, text: new TextDecoder().decode(value.subarray(1)) };
}

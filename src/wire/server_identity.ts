import { HushcastError } from "../errors.ts";

const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const VALUE_BYTES = PUBLIC_KEY_BYTES + 8 + SIGNATURE_BYTES;

/** The value of SERVER_IDENTITY (PROTOCOL 1.2, 0x0112); what it signs is in PROTOCOL 1.3. */
export interface ServerIdentity {
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** Until when the signature may be trusted, Unix seconds, u64. */
  readonly notAfter: bigint;
  /** Ed25519 signature, 64 bytes. */
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** Raised when a SERVER_IDENTITY value has not its one valid length. */
export class ServerIdentityError extends HushcastError {
  readonly code = "SERVER_IDENTITY_MALFORMED";
}

/**
 * Encodes the value of SERVER_IDENTITY.
 *
 * @param identity Its fields, of the lengths given there.
 * @returns 104 bytes, owned by the caller.
 */
export function encodeServerIdentity(identity: ServerIdentity): Uint8Array {
  const bytes = new Uint8Array(VALUE_BYTES);
  bytes.set(identity.publicKey);
  new DataView(bytes.buffer).setBigUint64(PUBLIC_KEY_BYTES, identity.notAfter);
  bytes.set(identity.signature, PUBLIC_KEY_BYTES + 8);
  return bytes;
}

/**
 * Decodes the value of SERVER_IDENTITY.
 *
 * @param value Exactly 104 bytes.
 * @returns The fields, in new arrays; nothing is verified yet.
 * @throws {ServerIdentityError} If the value has another length.
 */
export function decodeServerIdentity(value: Uint8Array): ServerIdentity {
  if (value.byteLength !== VALUE_BYTES) {
    throw new ServerIdentityError(
      `Cannot decode SERVER_IDENTITY: want ${VALUE_BYTES} bytes, got ${value.byteLength}`,
    );
  }
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return {
    publicKey: Uint8Array.from(value.subarray(0, PUBLIC_KEY_BYTES)),
    notAfter: view.getBigUint64(PUBLIC_KEY_BYTES),
    signature: Uint8Array.from(value.subarray(PUBLIC_KEY_BYTES + 8)),
  };
}

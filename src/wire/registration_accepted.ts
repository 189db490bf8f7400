import { HushcastError } from "../errors.ts";

/** Bytes of a session id. */
export const SESSION_ID_BYTES = 8;

const VALUE_BYTES = SESSION_ID_BYTES + 2 + 2 + 4 + 8;

/** What the relay tells a client that it has registered (PROTOCOL 1.2, 0x0123). */
export interface RegistrationAccepted {
  /** 8 bytes that name the session. */
  readonly sessionId: Uint8Array;
  /** How often the client should send KEEP_ALIVE when it has nothing else to say, u16 seconds. */
  readonly keepAliveSeconds: number;
  /** After how long a silence the relay removes the client, u16 seconds. */
  readonly clientTimeoutSeconds: number;
  /** Feature bits that the relay grants, u32. */
  readonly features: number;
  /** The number of the newest message of the series, u64; 0 before the first. */
  readonly latestRelaySequence: bigint;
}

/** Raised when a REGISTRATION_ACCEPTED value is too short. */
export class RegistrationAcceptedError extends HushcastError {
  readonly code = "REGISTRATION_ACCEPTED_MALFORMED";
}

/**
 * Encodes the value of REGISTRATION_ACCEPTED.
 *
 * @param accepted Its fields; seconds beyond a u16 are sent as 65,535.
 * @returns 24 bytes, owned by the caller.
 */
export function encodeRegistrationAccepted(accepted: RegistrationAccepted): Uint8Array {
  const bytes = new Uint8Array(VALUE_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(accepted.sessionId.subarray(0, SESSION_ID_BYTES));
  view.setUint16(8, Math.min(accepted.keepAliveSeconds, 0xffff));
  view.setUint16(10, Math.min(accepted.clientTimeoutSeconds, 0xffff));
  view.setUint32(12, accepted.features);
  view.setBigUint64(16, accepted.latestRelaySequence);
  return bytes;
}

/**
 * Decodes the value of REGISTRATION_ACCEPTED.
 *
 * @param value 24 bytes; more are allowed and ignored, so that later versions can append fields.
 * @returns The fields; the session id is a copy.
 * @throws {RegistrationAcceptedError} If the value is shorter.
 */
export function decodeRegistrationAccepted(value: Uint8Array): RegistrationAccepted {
  if (value.byteLength < VALUE_BYTES) {
    throw new RegistrationAcceptedError(
      `Cannot decode REGISTRATION_ACCEPTED: need ${VALUE_BYTES} bytes, have ${value.byteLength}`,
    );
  }
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return {
    sessionId: value.slice(0, SESSION_ID_BYTES),
    keepAliveSeconds: view.getUint16(8),
    clientTimeoutSeconds: view.getUint16(10),
    features: view.getUint32(12),
    latestRelaySequence: view.getBigUint64(16),
  };
}

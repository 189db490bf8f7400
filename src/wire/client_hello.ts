import { HushcastError } from "../errors.ts";

/** The protocol version that this code speaks. */
export const PROTOCOL_VERSION = 1;

const VALUE_BYTES = 5;

/** What a client says of itself when it registers (PROTOCOL 1.2, 0x0120). */
export interface ClientHello {
  /** Protocol version, u8. */
  readonly version: number;
  /** Feature bits that the client asks for, u32. */
  readonly features: number;
}

/** Raised when a CLIENT_HELLO value is too short. */
export class ClientHelloError extends HushcastError {
  readonly code = "CLIENT_HELLO_MALFORMED";
}

/**
 * Encodes the value of CLIENT_HELLO.
 *
 * @param hello Version and feature bits.
 * @returns 5 bytes, owned by the caller.
 */
export function encodeClientHello(hello: ClientHello): Uint8Array {
  const bytes = new Uint8Array(VALUE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, hello.version);
  view.setUint32(1, hello.features);
  return bytes;
}

/**
 * Decodes the value of CLIENT_HELLO.
 *
 * @param value 5 bytes; more are allowed and ignored, so that later versions can append fields.
 * @returns Version and feature bits.
 * @throws {ClientHelloError} If the value is shorter.
 */
export function decodeClientHello(value: Uint8Array): ClientHello {
  if (value.byteLength < VALUE_BYTES) {
    throw new ClientHelloError(
      `Cannot decode CLIENT_HELLO: need ${VALUE_BYTES} bytes, have ${value.byteLength}`,
    );
  }
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return { version: view.getUint8(0), features: view.getUint32(1) };
}

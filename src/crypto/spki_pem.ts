import { decodePem, encodePem, pemMarkers } from "./pem.ts";

const MARKERS = pemMarkers("PUBLIC KEY");

/**
 * Writes a DER public key as PEM, byte for byte as OpenSSL does.
 *
 * @param der SubjectPublicKeyInfo; not kept.
 * @returns Lines of 64 characters, each ended by LF, the last one too.
 * @see RFC 7468, section 13
 */
export function encodeSpkiPem(der: Uint8Array): string {
  return encodePem(MARKERS, der);
}

/**
 * Reads the first public key in a PEM text. What stands before and after it is ignored, and lines
 * may have any length and any line end.
 *
 * @param pem Any text.
 * @returns The bytes between the two marker lines, whatever they hold, owned by the caller, or
 * `undefined` when there is no such block or it is not padded base64.
 * @see RFC 7468, section 13
 */
export function decodeSpkiPem(pem: string): Uint8Array<ArrayBuffer> | undefined {
  return decodePem(MARKERS, pem);
}

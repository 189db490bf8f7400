import { MAX_TLV_VALUE_BYTES, TLV_HEADER_BYTES } from "./tlv.ts";

const FERNET_OVERHEAD_BYTES = 1 + 8 + 16 + 32;
const AES_BLOCK_BYTES = 16;

/** Room for what stands beside MESSAGE in a token: an id of 64 bytes, sequence numbers, unknown TLVs. */
const OTHER_TLVS_BYTES = 1024;

/**
 * The longest Fernet token that can carry a message.
 *
 * @param maxMessageBytes `max_message`: the longest payload.
 * @returns Length of the token's base64url text in bytes, padding included.
 * @see PROTOCOL 1.6; Fernet spec, "Token Format"
 */
export function maxTokenBytes(maxMessageBytes: number): number {
  const headers = Math.max(1, Math.ceil(maxMessageBytes / MAX_TLV_VALUE_BYTES)) * TLV_HEADER_BYTES;
  const plaintextBytes = maxMessageBytes + headers + OTHER_TLVS_BYTES;
  return tokenBytes(plaintextBytes);
}

/**
 * How long the Fernet token of a plaintext is.
 *
 * @param plaintextBytes Length of the plaintext.
 * @returns Length of the token's base64url text in bytes, padding included.
 * @see Fernet spec, "Token Format"
 */
export function tokenBytes(plaintextBytes: number): number {
  const ciphertextBytes = (Math.floor(plaintextBytes / AES_BLOCK_BYTES) + 1) * AES_BLOCK_BYTES;
  return Math.ceil((FERNET_OVERHEAD_BYTES + ciphertextBytes) / 3) * 4;
}

/**
 * How long the datagram is that carries the Fernet token of a plaintext and nothing else.
 *
 * @param plaintextBytes Length of the plaintext.
 * @returns Bytes of UDP payload, whether a datagram can be so long or not.
 * @see PROTOCOL 1.1
 */
export function sealedDatagramBytes(plaintextBytes: number): number {
  return TLV_HEADER_BYTES + tokenBytes(plaintextBytes);
}

/**
 * The longest plaintext whose token is no longer than a limit.
 *
 * @param maxTokenBytes The limit: length of the token's base64url text in bytes, padding included.
 * @returns Length of the plaintext; below 0 when not even the token of an empty one fits.
 * @see Fernet spec, "Token Format"
 */
export function maxPlaintextBytes(maxTokenBytes: number): number {
  const ciphertextBytes = Math.floor(maxTokenBytes / 4) * 3 - FERNET_OVERHEAD_BYTES;
  return Math.floor(ciphertextBytes / AES_BLOCK_BYTES) * AES_BLOCK_BYTES - 1;
}

/** SHA-256 of the server's key. */
const DIGEST_BYTES = 32;
const SEQUENCE_BYTES = 8;
const MAX_U64 = 2n ** 64n - 1n;

/**
 * What SIGNATURE is made over. The server's key is in it so that a server can't pass a message on to
 * another one as if it had been meant for that, the sequence so that none passes for a later one.
 *
 * @param serverDigest SHA-256 of the server's SubjectPublicKeyInfo, 32 bytes; not kept.
 * @param sequence CLIENT_SEQUENCE of the wire message, u64.
 * @param message Its payload: what its MESSAGE TLVs hold; not kept.
 * @returns Digest, sequence and message, one after the other, in a new array owned by the caller.
 * @throws {RangeError} If the digest has another length or the sequence is no u64.
 * @see PROTOCOL 2.2
 */
export function signedBytes(
  serverDigest: Uint8Array,
  sequence: bigint,
  message: Uint8Array,
): Uint8Array<ArrayBuffer> {
  if (serverDigest.byteLength !== DIGEST_BYTES) {
    throw new RangeError(
      `Cannot sign message: digest has ${serverDigest.byteLength} bytes, need ${DIGEST_BYTES}`,
    );
  }
  if (sequence < 0n || sequence > MAX_U64) {
    throw new RangeError(`Cannot sign message: sequence is ${sequence}, need a u64`);
  }
  const bytes = new Uint8Array(DIGEST_BYTES + SEQUENCE_BYTES + message.byteLength);
  bytes.set(serverDigest);
  new DataView(bytes.buffer).setBigUint64(DIGEST_BYTES, sequence);
  bytes.set(message, DIGEST_BYTES + SEQUENCE_BYTES);
  return bytes;
}

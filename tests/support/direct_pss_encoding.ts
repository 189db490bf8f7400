import { applyMask, mgf1 } from "../../src/crypto/mgf1.ts";
import { sha256 } from "../../src/crypto/sha256.ts";

const HASH_BYTES = 32;

/** What of an EMSA-PSS encoding a test may do otherwise. */
export interface PssEncodingOptions {
  /** The salt; 32 bytes unless given. */
  readonly salt?: Uint8Array;
  /** The byte between zeros and salt; 1 unless given. */
  readonly separator?: number;
  /** The last byte; 0xbc unless given. */
  readonly trailer?: number;
  /** Changes the data block before it is masked. */
  readonly changeDataBlock?: (dataBlock: Uint8Array) => void;
  /** Whether bits beyond the encoding are set to 0, as they have to be; they are unless given. */
  readonly clearsSpareBits?: boolean;
}

/**
 * EMSA-PSS encoding (RFC 8017, section 9.1.1) with SHA-256, and the ways to get it wrong.
 *
 * @param data What is signed.
 * @param encodedBits Bits of the modulus less one.
 * @param options What to do otherwise.
 */
export function pssEncoding(
  data: Uint8Array,
  encodedBits: number,
  options: PssEncodingOptions = {},
): Uint8Array<ArrayBuffer> {
  const { salt = new Uint8Array(32).fill(7), separator = 1, trailer = 0xbc } = options;
  const encoded = new Uint8Array(Math.ceil(encodedBits / 8));
  const hash = sha256(Uint8Array.of(...new Uint8Array(8), ...sha256(data), ...salt));
  const dataBlock = encoded.subarray(0, encoded.byteLength - HASH_BYTES - 1);
  dataBlock.set(salt, dataBlock.byteLength - salt.byteLength);
  dataBlock[dataBlock.byteLength - salt.byteLength - 1] = separator;
  options.changeDataBlock?.(dataBlock);
  applyMask(dataBlock, mgf1(hash, dataBlock.byteLength));
  encoded.set(hash, dataBlock.byteLength);
  encoded[encoded.byteLength - 1] = trailer;
  const spareBits = 8 * encoded.byteLength - encodedBits;
  const [first = 0] = encoded;
  if (options.clearsSpareBits ?? true) encoded[0] = first & (0xff >> spareBits);
  return encoded;
}

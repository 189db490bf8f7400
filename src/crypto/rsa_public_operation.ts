/** What an RSA public key is made of. */
export interface RsaNumbers {
  /** Its length is that of the key. */
  readonly modulus: bigint;
  /** The public exponent; short, since the work grows with it. */
  readonly exponent: bigint;
}

/**
 * RSAEP and RSAVP1: raises a number to the public exponent modulo the modulus. The time that it
 * takes depends on the key, which is public, and hardly on the number.
 *
 * @param number 0 to `modulus` - 1.
 * @param key The key.
 * @returns 0 to `modulus` - 1.
 * @throws {RangeError} If the number is not below the modulus.
 * @see RFC 8017, sections 5.1.1 and 5.2.2
 */
export function rsaPublicOperation(number: bigint, key: RsaNumbers): bigint {
  const { modulus, exponent } = key;
  if (number < 0n || number >= modulus) {
    throw new RangeError("Cannot apply RSA: need a number from 0 to below the modulus");
  }
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = result * result % modulus;
    if (bit === "1") result = result * number % modulus;
  }
  return result;
}

/**
 * Octet string to integer primitive.
 *
 * @param bytes Big-endian, of any length; none at all are 0.
 * @see RFC 8017, section 4.2
 */
export function os2ip(bytes: Uint8Array): bigint {
  return bytes.byteLength === 0 ? 0n : BigInt(`0x${bytes.toHex()}`);
}

/**
 * Integer to octet string primitive.
 *
 * @param number 0 or more.
 * @param length How many bytes to write.
 * @returns Big-endian, with leading zeros, in a new array owned by the caller.
 * @throws {RangeError} If the number does not fit.
 * @see RFC 8017, section 4.1
 */
export function i2osp(number: bigint, length: number): Uint8Array<ArrayBuffer> {
  if (number < 0n || number >= 1n << BigInt(8 * length)) {
    throw new RangeError(`Cannot write integer: it does not fit ${length} bytes`);
  }
  // Of 0 the text is one digit, also when no byte is to be written.
  const digits = number === 0n ? "" : number.toString(16);
  return Uint8Array.fromHex(digits.padStart(2 * length, "0"));
}

/**
 * How many bits a number takes.
 *
 * @param number 0 or more; 0 takes none.
 */
export function bitLength(number: bigint): number {
  return number === 0n ? 0 : number.toString(2).length;
}

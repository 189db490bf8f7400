import { createHash } from "node:crypto";
import { os2ip, type RsaNumbers } from "../../src/crypto/rsa_public_operation.ts";

const FOLDER = new URL("../testdata/rsa/", import.meta.url);
const OAEP = { name: "RSA-OAEP", hash: "SHA-256" };
const PSS = { name: "RSA-PSS", hash: "SHA-256" };
const HASH_BYTES = 32;

/**
 * Reads a file of `tests/testdata/rsa`.
 *
 * @param name Its name there.
 */
export function rsaTestFile(name: string): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(new URL(name, FOLDER));
}

/** A private key that everybody knows, with all that a test may want to do with it. */
export class RsaTestKey {
  /** Modulus and public exponent. */
  readonly numbers: RsaNumbers;
  /** SubjectPublicKeyInfo. */
  readonly spki: Uint8Array<ArrayBuffer>;
  readonly #pkcs8: Uint8Array<ArrayBuffer>;
  readonly #privateExponent: bigint;

  private constructor(
    numbers: RsaNumbers,
    spki: Uint8Array<ArrayBuffer>,
    pkcs8: Uint8Array<ArrayBuffer>,
    privateExponent: bigint,
  ) {
    this.numbers = numbers;
    this.spki = spki;
    this.#pkcs8 = pkcs8;
    this.#privateExponent = privateExponent;
  }

  /**
   * Reads `rsa_<bits>.pem` of the test data.
   *
   * @param bits Length of the modulus.
   */
  static async read(bits: number): Promise<RsaTestKey> {
    const pem = new TextDecoder().decode(rsaTestFile(`rsa_${bits}.pem`));
    const pkcs8 = Uint8Array.fromBase64(pem.replaceAll(/-----.*-----/g, ""));
    const privateKey = await crypto.subtle.importKey("pkcs8", pkcs8, OAEP, true, ["decrypt"]);
    const { n, e, d } = await crypto.subtle.exportKey("jwk", privateKey);
    const jwk = { kty: "RSA", n, e };
    const publicKey = await crypto.subtle.importKey("jwk", jwk, OAEP, true, ["encrypt"]);
    const spki = new Uint8Array(await crypto.subtle.exportKey("spki", publicKey));
    const numbers = { modulus: numberOf(n), exponent: numberOf(e) };
    return new RsaTestKey(numbers, spki, pkcs8, numberOf(d));
  }

  /** Length of the modulus in bytes. */
  get modulusBytes(): number {
    return Math.ceil(this.numbers.modulus.toString(16).length / 2);
  }

  /**
   * Decrypts by arithmetic alone, as RFC 8017, section 7.1.2, tells, in no constant time at all.
   *
   * @param block What was encrypted.
   * @throws {Error} If it is not exactly what an encryption gives.
   */
  decrypt(block: Uint8Array): Uint8Array {
    if (block.byteLength !== this.modulusBytes) {
      throw new Error("Block is not as long as a modulus");
    }
    return unpad(this.privateOperation(block));
  }

  /**
   * Applies the private exponent.
   *
   * @param bytes A number below the modulus, big-endian.
   * @returns As many bytes as the modulus has.
   */
  privateOperation(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const { modulus } = this.numbers;
    let result = 1n;
    for (const bit of this.#privateExponent.toString(2)) {
      result = result * result % modulus;
      if (bit === "1") result = result * os2ip(bytes) % modulus;
    }
    return Uint8Array.fromHex(result.toString(16).padStart(2 * this.modulusBytes, "0"));
  }

  /** Decrypts by WebCrypto, which needs a key of at most 4096 bits. */
  async webDecrypt(block: Uint8Array): Promise<Uint8Array> {
    const key = await crypto.subtle.importKey("pkcs8", this.#pkcs8, OAEP, false, ["decrypt"]);
    return new Uint8Array(await crypto.subtle.decrypt(OAEP, key, new Uint8Array(block)));
  }

  /** Signs by WebCrypto, with RSA-PSS. */
  async webSign(data: Uint8Array, saltLength = 32): Promise<Uint8Array<ArrayBuffer>> {
    const key = await crypto.subtle.importKey("pkcs8", this.#pkcs8, PSS, false, ["sign"]);
    const algorithm = { name: "RSA-PSS", saltLength };
    return new Uint8Array(await crypto.subtle.sign(algorithm, key, new Uint8Array(data)));
  }
}

function numberOf(base64Url = ""): bigint {
  return os2ip(Uint8Array.fromBase64(base64Url, { alphabet: "base64url" }));
}

function unpad(encoded: Uint8Array): Uint8Array {
  if (encoded[0] !== 0) throw new Error("Encoding does not begin with 0");
  const maskedBlock = encoded.subarray(1 + HASH_BYTES);
  const seed = masked(encoded.subarray(1, 1 + HASH_BYTES), maskedBlock);
  const block = masked(maskedBlock, seed);
  const labelHash = block.subarray(0, HASH_BYTES).toHex();
  if (labelHash !== hash(new Uint8Array()).toHex()) throw new Error("Label is not empty");
  const separatorAt = block.findIndex((byte, index) => index >= HASH_BYTES && byte !== 0);
  if (block[separatorAt] !== 1) throw new Error("Plaintext does not stand behind a 1");
  return block.slice(separatorAt + 1);
}

/** Bytes under the mask that a seed gives, a byte at a time, to share nothing with the real thing. */
function masked(bytes: Uint8Array, seed: Uint8Array): Uint8Array {
  return bytes.map((byte, index) => {
    const counter = Math.floor(index / HASH_BYTES);
    const input = Uint8Array.of(...seed, 0, 0, counter >> 8, counter & 0xff);
    return byte ^ (hash(input)[index % HASH_BYTES] ?? 0);
  });
}

function hash(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

import { fingerprintOf } from "../../src/crypto/fingerprint.ts";
import type { RsaPublicKey } from "../../src/crypto/rsa_public_key.ts";
import { sha256 } from "../../src/crypto/sha256.ts";
import { encodeSpkiPem } from "../../src/crypto/spki_pem.ts";
import type { SeededRandom } from "./seeded_random.ts";

/** About as long as the DER of a key of 2,048 bits. */
const DER_BYTES = 294;

const OAEP_OVERHEAD_BYTES = 66;

/**
 * An RSA key without arithmetic: a block is random bytes, and a table tells what it means. As with
 * RSA-OAEP, a block that is changed or made for another key means nothing, and the same plaintext
 * never gives the same block.
 */
export class DirectFakeKey implements RsaPublicKey {
  readonly der: Uint8Array<ArrayBuffer>;
  readonly fingerprint: string;
  readonly modulusBits: number;
  readonly modulusBytes: number;
  /** The public half as PEM, ASCII bytes. */
  readonly pem: Uint8Array<ArrayBuffer>;
  readonly #random: SeededRandom;
  readonly #plaintexts = new Map<string, Uint8Array<ArrayBuffer>>();

  /** @param random Where blocks come from. @param modulusBytes Their length. */
  constructor(random: SeededRandom, modulusBytes: number) {
    this.der = random.bytes(DER_BYTES);
    this.fingerprint = fingerprintOf(this.der);
    this.modulusBytes = modulusBytes;
    this.modulusBits = modulusBytes * 8;
    this.pem = new TextEncoder().encode(encodeSpkiPem(this.der));
    this.#random = random;
  }

  /** "Encrypts" at once what `encrypt` takes. */
  seal(plaintext: Uint8Array): Uint8Array<ArrayBuffer> {
    const limit = this.modulusBytes - OAEP_OVERHEAD_BYTES;
    if (plaintext.byteLength > limit) {
      throw new RangeError(`Cannot encrypt: got ${plaintext.byteLength} bytes, at most ${limit}`);
    }
    const block = this.#random.bytes(this.modulusBytes);
    this.#plaintexts.set(block.toHex(), new Uint8Array(plaintext));
    return block;
  }

  /** "Decrypts" a block; `undefined` when it was not made for this key. */
  open(block: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
    return this.#plaintexts.get(block.toHex());
  }

  /** "Encrypts" bytes of any length, block by block. */
  sealAll(plaintext: Uint8Array): Uint8Array<ArrayBuffer>[] {
    const pieceBytes = this.modulusBytes - OAEP_OVERHEAD_BYTES;
    const blocks: Uint8Array<ArrayBuffer>[] = [];
    for (let at = 0; at === 0 || at < plaintext.byteLength; at += pieceBytes) {
      blocks.push(this.seal(plaintext.subarray(at, at + pieceBytes)));
    }
    return blocks;
  }

  /** "Signs" bytes; whoever knows `der` can, which no test minds. */
  sign(data: Uint8Array): Uint8Array<ArrayBuffer> {
    const signature = new Uint8Array(this.modulusBytes);
    signature.set(sha256(data));
    signature.set(sha256(this.der), 32);
    return signature;
  }

  /** Whether a signature is one of this key over just these bytes. */
  hasSigned(signature: Uint8Array, data: Uint8Array): boolean {
    return signature.toHex() === this.sign(data).toHex();
  }

  encrypt(plaintext: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.resolve(this.seal(plaintext));
  }

  verify(signature: Uint8Array, data: Uint8Array): Promise<boolean> {
    return Promise.resolve(this.hasSigned(signature, data));
  }
}

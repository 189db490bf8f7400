import type { ServerKey } from "../../src/relay/relay_options.ts";
import type { SeededRandom } from "./seeded_random.ts";

/** As long as the blocks of a key of 2,048 bits. */
const BLOCK_BYTES = 256;

/** About as long as the PEM of a key of 2,048 bits; an answer of it is divisible by 3. */
const PEM_BYTES = 452;

/** SERVER_IDENTITY: public key 32, not-after 8, signature 64. */
const IDENTITY_BYTES = 104;

/**
 * An RSA key without arithmetic: a block is random bytes, and a table tells what it means. As with
 * RSA-OAEP, a block that is changed or made for another key means nothing.
 */
export class FakeRsaKey {
  readonly serverKey: ServerKey;
  /** The value of SERVER_IDENTITY for this key; nothing is signed. */
  readonly identity: Uint8Array;
  readonly #plaintexts = new Map<string, Uint8Array>();

  /** @param generation 0 to 255: which key of the relay it is. */
  constructor(generation: number) {
    const pem = new TextEncoder().encode(`fake public key ${generation} `.padEnd(PEM_BYTES, "."));
    this.serverKey = { pem, modulusBytes: BLOCK_BYTES, generation };
    this.identity = new Uint8Array(IDENTITY_BYTES).fill(generation);
  }

  /** "Encrypts" bytes; the same plaintext never gives the same block. */
  encrypt(plaintext: Uint8Array, random: SeededRandom): Uint8Array<ArrayBuffer> {
    const block = random.bytes(BLOCK_BYTES);
    this.#plaintexts.set(block.toHex(), plaintext.slice());
    return block;
  }

  /** "Decrypts" a block; `undefined` when it was not made for this key. */
  decrypt(block: Uint8Array): Uint8Array | undefined {
    return this.#plaintexts.get(block.toHex());
  }
}

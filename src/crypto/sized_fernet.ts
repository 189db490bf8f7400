import { CoreFernet } from "./core_fernet.ts";
import type { FernetCore } from "./fernet_core.ts";
import type { FernetEngine, FernetStamp } from "./fernet_engine.ts";
import {
  AES_BLOCK_BYTES,
  CIPHERTEXT_OFFSET,
  type FernetFailure,
  HMAC_BYTES,
} from "./fernet_token.ts";
import { NodeFernet } from "./node_fernet.ts";
import type { OpenedToken } from "./opened_token.ts";

/**
 * Longest plaintext for the WebAssembly core, bytes. It takes 0.6 µs and 8 ns a byte, `node:crypto`
 * about 9 µs and 6 ns a byte, since that has the processor's instructions for AES and SHA-256. They
 * meet at 4 KiB (`deno task bench:fernet`); a little below that the gain is not worth the memory.
 */
export const CORE_MAX_PLAINTEXT_BYTES = 3_072;

/** Length of the text of a token of that plaintext. */
export const CORE_MAX_TOKEN_CHARACTERS =
  Math.ceil((CIPHERTEXT_OFFSET + CORE_MAX_PLAINTEXT_BYTES + AES_BLOCK_BYTES + HMAC_BYTES) / 3) * 4;

/** Fernet by the engine that is faster for each length. */
export class SizedFernet implements FernetEngine {
  readonly #key: Uint8Array;
  readonly #loadCore: () => FernetCore | undefined;
  #short: FernetEngine | undefined;
  #long: FernetEngine | undefined;

  /**
   * Keeps a key; an engine is prepared when it is first needed.
   *
   * @param key 32 bytes, owned by it from now on.
   * @param loadCore Gives the core, or `undefined` for `node:crypto` alone.
   */
  constructor(key: Uint8Array, loadCore: () => FernetCore | undefined) {
    this.#key = key;
    this.#loadCore = loadCore;
  }

  encrypt(plaintext: Uint8Array, stamp: FernetStamp): Uint8Array<ArrayBuffer> {
    return this.#forPlaintext(plaintext).encrypt(plaintext, stamp);
  }

  encryptInto(
    target: Uint8Array,
    offset: number,
    plaintext: Uint8Array,
    stamp: FernetStamp,
  ): number {
    return this.#forPlaintext(plaintext).encryptInto(target, offset, plaintext, stamp);
  }

  open(token: Uint8Array | string): OpenedToken | FernetFailure {
    const isShort = token.length <= CORE_MAX_TOKEN_CHARACTERS;
    return (isShort ? this.#forShort() : this.#forLong()).open(token);
  }

  #forPlaintext({ byteLength }: Uint8Array): FernetEngine {
    return byteLength <= CORE_MAX_PLAINTEXT_BYTES ? this.#forShort() : this.#forLong();
  }

  #forShort(): FernetEngine {
    if (this.#short !== undefined) return this.#short;
    const core = this.#loadCore();
    return this.#short = core === undefined ? this.#forLong() : new CoreFernet(core, this.#key);
  }

  #forLong(): FernetEngine {
    return this.#long ??= new NodeFernet(this.#key);
  }
}

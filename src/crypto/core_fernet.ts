import type { FernetCore } from "./fernet_core.ts";
import type { FernetEngine, FernetStamp } from "./fernet_engine.ts";
import type { FernetFailure } from "./fernet_token.ts";
import type { OpenedToken } from "./opened_token.ts";

/** Fernet by the WebAssembly core: for short tokens, which it has room for. */
export class CoreFernet implements FernetEngine {
  readonly #core: FernetCore;
  readonly #key: Uint8Array;

  /**
   * Prepares a key.
   *
   * @param core Shared with other keys.
   * @param key 32 bytes; not kept as they are.
   */
  constructor(core: FernetCore, key: Uint8Array) {
    this.#core = core;
    this.#key = core.prepareKey(key);
  }

  /** As `FernetEngine` says; at most `PLAINTEXT_ROOM` bytes. */
  encrypt(plaintext: Uint8Array, stamp: FernetStamp): Uint8Array<ArrayBuffer> {
    return this.#core.seal(this.#key, plaintext, stamp).slice();
  }

  /** As `FernetEngine` says; at most `PLAINTEXT_ROOM` bytes. */
  encryptInto(
    target: Uint8Array,
    offset: number,
    plaintext: Uint8Array,
    stamp: FernetStamp,
  ): number {
    const token = this.#core.seal(this.#key, plaintext, stamp);
    target.set(token, offset);
    return token.byteLength;
  }

  /** As `FernetEngine` says; at most `TEXT_ROOM` characters. */
  open(token: Uint8Array | string): OpenedToken | FernetFailure {
    const text = typeof token === "string" ? new TextEncoder().encode(token) : token;
    // What takes more than a byte is no base64url, and may be more than there is room for.
    if (text.byteLength !== token.length) return { ok: false, code: "FERNET_ENCODING" };
    const opened = this.#core.open(this.#key, text);
    if (typeof opened === "string") return { ok: false, code: opened };
    const { timestamp, hmac, plaintext } = opened;
    return { ok: true, timestamp, hmac, plaintext: () => plaintext };
  }
}

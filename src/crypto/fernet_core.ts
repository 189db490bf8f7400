import type { FernetStamp } from "./fernet_engine.ts";
import type { FernetOpenCode } from "./fernet_error.ts";
import { Slab } from "./slab.ts";
import { CIPHERTEXT_OFFSET, HMAC_BYTES, IV_OFFSET, TIMESTAMP_OFFSET } from "./fernet_token.ts";
import {
  KEY,
  PLAINTEXT,
  PLAINTEXT_ROOM,
  PREPARED_KEY_BYTES,
  REFUSED_ENCODING,
  REFUSED_LENGTH,
  REFUSED_SIGNATURE,
  REFUSED_TOO_SHORT,
  REFUSED_VERSION,
  TEXT,
  TEXT_ROOM,
  TOKEN,
} from "./fernet_core/layout.ts";

/** A function of the core; those without a result give `undefined`, which nobody looks at. */
type CoreFunction = (...numbers: number[]) => number;

/** An authentic token. */
export interface CoreToken {
  /** Unix seconds, as in `OpenedToken`. */
  readonly timestamp: number;
  /** 32 bytes in a new array. */
  readonly hmac: Uint8Array<ArrayBuffer>;
  /** In a new array, whose buffer others share; `undefined` when its padding is wrong. */
  readonly plaintext: Uint8Array<ArrayBuffer> | undefined;
}

const CODES = new Map<number, FernetOpenCode>([
  [REFUSED_ENCODING, "FERNET_ENCODING"],
  [REFUSED_TOO_SHORT, "FERNET_TOO_SHORT"],
  [REFUSED_VERSION, "FERNET_VERSION"],
  [REFUSED_LENGTH, "FERNET_LENGTH"],
  [REFUSED_SIGNATURE, "FERNET_SIGNATURE"],
]);

/**
 * The WebAssembly of `fernet_core/`: a whole short token in one call. It keeps nothing between calls
 * that matters to the next one, so that all keys share it.
 */
export class FernetCore {
  readonly #seal: CoreFunction;
  readonly #open: CoreFunction;
  readonly #decrypt: CoreFunction;
  readonly #prepareKey: CoreFunction;
  readonly #memory: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #iv: Uint8Array<ArrayBuffer>;
  readonly #plaintexts = new Slab();

  /**
   * Compiles and starts it.
   *
   * @param wasm What the build script made of `fernet_core/`.
   * @returns The core, or `undefined` where WebAssembly or its vector instructions are missing.
   */
  static load(wasm: Uint8Array<ArrayBuffer>): FernetCore | undefined {
    if (!("WebAssembly" in globalThis) || !WebAssembly.validate(wasm)) return undefined;
    return new FernetCore(new WebAssembly.Instance(new WebAssembly.Module(wasm)));
  }

  private constructor({ exports }: WebAssembly.Instance) {
    const buffer = exports.memory instanceof WebAssembly.Memory && exports.memory.buffer;
    if (!(buffer instanceof ArrayBuffer)) throw new TypeError("Cannot start core: no memory");
    this.#seal = functionOf(exports, "seal");
    this.#open = functionOf(exports, "open");
    this.#decrypt = functionOf(exports, "decrypt");
    this.#prepareKey = functionOf(exports, "prepareKey");
    // Good for ever, since the memory never grows.
    this.#memory = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
    this.#iv = this.#memory.subarray(TOKEN + IV_OFFSET, TOKEN + CIPHERTEXT_OFFSET);
  }

  /**
   * Makes round keys and hash states of a key.
   *
   * @param key 32 bytes; not kept.
   * @returns What the other methods take as key, as secret as the key: 448 bytes in a new array.
   */
  prepareKey(key: Uint8Array): Uint8Array<ArrayBuffer> {
    this.#memory.set(key, KEY);
    this.#prepareKey();
    const prepared = this.#memory.slice(KEY, KEY + PREPARED_KEY_BYTES);
    this.#memory.fill(0, KEY, KEY + PREPARED_KEY_BYTES);
    return prepared;
  }

  /**
   * Makes a token.
   *
   * @param key What `prepareKey` made.
   * @param plaintext At most `PLAINTEXT_ROOM` bytes; not kept.
   * @returns Its text, a view that is good until the next call.
   * @throws {RangeError} If the plaintext is longer.
   */
  seal(key: Uint8Array, plaintext: Uint8Array, { now, iv }: FernetStamp): Uint8Array<ArrayBuffer> {
    assertRoom(plaintext, PLAINTEXT_ROOM);
    this.#memory.set(plaintext, PLAINTEXT);
    if (iv === undefined) crypto.getRandomValues(this.#iv);
    else this.#memory.set(iv, TOKEN + IV_OFFSET);
    this.#memory.set(key, KEY);
    const length = this.#seal(plaintext.byteLength, Math.floor(now / 2 ** 32), now >>> 0);
    return this.#memory.subarray(TEXT, TEXT + length);
  }

  /**
   * Checks form and HMAC of a token, and decrypts it when they are right.
   *
   * @param key What `prepareKey` made.
   * @param text At most `TEXT_ROOM` bytes; not kept.
   * @returns The token, or why it is refused.
   * @throws {RangeError} If the text is longer.
   */
  open(key: Uint8Array, text: Uint8Array): CoreToken | FernetOpenCode {
    assertRoom(text, TEXT_ROOM);
    this.#memory.set(text, TEXT);
    this.#memory.set(key, KEY);
    const bytes = this.#open(text.byteLength);
    if (bytes < 0) return CODES.get(bytes) ?? "FERNET_SIGNATURE";
    const hmac = TOKEN + bytes - HMAC_BYTES;
    const timestamp = TOKEN + TIMESTAMP_OFFSET;
    return {
      timestamp: this.#view.getUint32(timestamp) * 2 ** 32 + this.#view.getUint32(timestamp + 4),
      hmac: this.#memory.slice(hmac, hmac + HMAC_BYTES),
      plaintext: this.#decryptInPlace(key, bytes - CIPHERTEXT_OFFSET - HMAC_BYTES),
    };
  }

  /** Decrypts the token that was opened last. To copy it out for later would cost as much. */
  #decryptInPlace(
    key: Uint8Array,
    ciphertextBytes: number,
  ): Uint8Array<ArrayBuffer> | undefined {
    this.#memory.set(key, KEY);
    const length = this.#decrypt(ciphertextBytes);
    const plaintext = length < 0 ? undefined : this.#plaintexts.take(length);
    plaintext?.set(this.#memory.subarray(PLAINTEXT, PLAINTEXT + length));
    this.#memory.fill(0, PLAINTEXT, PLAINTEXT + ciphertextBytes);
    return plaintext;
  }
}

function assertRoom({ byteLength }: Uint8Array, room: number): void {
  if (byteLength > room) throw new RangeError(`Cannot use core: ${byteLength} bytes, room ${room}`);
}

function functionOf(exports: WebAssembly.Exports, name: string): CoreFunction {
  const value = exports[name];
  if (typeof value !== "function") throw new TypeError(`Cannot start core: no function ${name}`);
  // The file is built from `fernet_core/core.ts`, where each function takes and gives numbers.
  return value as CoreFunction;
}

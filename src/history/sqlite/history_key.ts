import { Fernet } from "../../crypto/fernet.ts";
import { decodeBase64Url } from "../../crypto/base64url.ts";
import { HmacSha256 } from "../../crypto/hmac_sha256.ts";

/** Length of what stands in a file for a message id, bytes: nobody can make two that are alike. */
export const ID_HASH_BYTES = 16;

const ID_LABEL = "hushcast history message id";
const CHECK_LABEL = "hushcast history key check";

/** The key of a history: what it is sealed under, and what is derived from that for other ends. */
export class HistoryKey {
  /** Seals messages. */
  readonly fernet: Fernet;
  readonly #ids: HmacSha256;
  readonly #checks: HmacSha256;

  /**
   * Prepares a key.
   *
   * @param text A Fernet key in its 44-character text form.
   * @throws {FernetError} With code `FERNET_KEY` if it is anything else.
   */
  constructor(text: string) {
    this.fernet = new Fernet(text);
    const root = new HmacSha256(decodeBase64Url(text) ?? new Uint8Array());
    this.#ids = new HmacSha256(root.digest(new TextEncoder().encode(ID_LABEL)));
    this.#checks = new HmacSha256(root.digest(new TextEncoder().encode(CHECK_LABEL)));
  }

  /**
   * What stands for a message id where others may read: the id itself names the client's run, which
   * is a secret of that client and its relays.
   *
   * @param messageId Any text.
   * @returns `ID_HASH_BYTES` in a new array owned by the caller.
   */
  hashId(messageId: string): Uint8Array {
    const digest = this.#ids.digest(new TextEncoder().encode(messageId));
    return Uint8Array.from(digest.subarray(0, ID_HASH_BYTES));
  }

  /**
   * What shows that a file belongs to this key.
   *
   * @param seriesId Names the series in the file.
   * @returns 32 bytes in a new array owned by the caller.
   */
  checkOf(seriesId: Uint8Array): Uint8Array {
    return Uint8Array.from(this.#checks.digest(seriesId));
  }
}

import { decodeBase64Url, encodeBase64Url } from "../crypto/base64url.ts";
import { Fernet } from "../crypto/fernet.ts";
import { HmacSha256 } from "../crypto/hmac_sha256.ts";

/** Of an HMAC, as much as names a message: no two of a cluster share 128 bits. */
const MARK_BYTES = 16;

/**
 * The keys of a cluster, one for each purpose, all made from the one that its relays share. The
 * cluster's name goes into them, so that what one cluster sealed means nothing to another one that
 * was given the same key.
 */
export class ClusterKeys {
  /** Seals what was said. */
  readonly said: Fernet;
  /** Seals what relays say to each other. */
  readonly bus: Fernet;
  readonly #marks: HmacSha256;
  readonly #checks: HmacSha256;

  /**
   * @param key A Fernet key, 44 characters.
   * @param name The cluster's name.
   * @throws {FernetError} With code `FERNET_KEY` if it is no Fernet key.
   */
  constructor(key: string, name: string) {
    // Has the text checked: what a Fernet takes is base64url of 32 bytes.
    new Fernet(key);
    const master = new HmacSha256(decodeBase64Url(key) ?? new Uint8Array());
    const derive = (purpose: string) =>
      new Uint8Array(master.digest(encode(`hushcast cluster ${name} ${purpose}`)));
    this.said = new Fernet(Fernet.generateKeyFrom(derive("said")));
    this.bus = new Fernet(Fernet.generateKeyFrom(derive("bus")));
    this.#marks = new HmacSha256(derive("mark"));
    this.#checks = new HmacSha256(derive("check"));
  }

  /**
   * Names a message towards NATS, which tells copies by it. The message's id itself is a secret of its
   * client.
   *
   * @param messageId The id.
   * @returns 22 letters, digits, `-` and `_`.
   */
  markOf(messageId: string): string {
    return encodeBase64Url(this.#marks.digest(encode(messageId)).subarray(0, MARK_BYTES))
      .replaceAll("=", "");
  }

  /**
   * Proves that who made a series holds the key.
   *
   * @param seriesId The series, 8 bytes.
   * @returns 32 bytes, owned by the caller.
   */
  checkOf(seriesId: Uint8Array): Uint8Array {
    return new Uint8Array(this.#checks.digest(seriesId));
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

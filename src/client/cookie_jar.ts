import { concat } from "@std/bytes";
import { encodeTlvs } from "../wire/tlv.ts";

/** Bytes of a COOKIE (PROTOCOL 1.2). */
export const COOKIE_BYTES = 16;

/** The least time between two requests that are sent again for a COOKIE, milliseconds. */
export const COOKIE_INTERVAL_MS = 100;

/**
 * The cookie that a relay under load asks for (PROTOCOL 1.4).
 *
 * Anyone can forge one. So it is never more than a reason to ask once more, and not often.
 */
export class CookieJar {
  readonly #type: number;
  #cookie: Uint8Array | undefined;
  #nextMs = -Infinity;

  /** @param type The number of COOKIE in the table in use. */
  constructor(type: number) {
    this.#type = type;
  }

  /**
   * Takes the value of a COOKIE; later requests carry it.
   *
   * @param value 16 bytes; copied.
   * @param nowMs Monotonic time.
   * @returns `"again"` when the request is to be sent once more at once, `"malformed"` when the
   *   value is no cookie, else `"kept"`.
   */
  take(value: Uint8Array, nowMs: number): "again" | "kept" | "malformed" {
    if (value.byteLength !== COOKIE_BYTES) return "malformed";
    this.#cookie = value.slice();
    if (nowMs < this.#nextMs) return "kept";
    this.#nextMs = nowMs + COOKIE_INTERVAL_MS;
    return "again";
  }

  /**
   * Puts the cookie before a request.
   *
   * @param request A datagram.
   * @returns A new datagram, or the request itself when there is no cookie.
   */
  stamp(request: Uint8Array): Uint8Array {
    if (this.#cookie === undefined) return request;
    return concat([encodeTlvs([{ type: this.#type, value: this.#cookie }]), request]);
  }
}

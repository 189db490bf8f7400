import { constantTimeEqual } from "../crypto/constant_time.ts";
import { HmacSha256 } from "../crypto/hmac_sha256.ts";
import type { Endpoint } from "./endpoint.ts";

/** Length of a COOKIE value. */
export const COOKIE_BYTES = 16;

/** How long one secret makes cookies, milliseconds; a cookie holds as long again after that. */
export const COOKIE_SLOT_MS = 120_000;

/** As long as the output of the hash: RFC 2104, section 3. */
const SECRET_BYTES = 32;

const PORT_AND_SLOT_BYTES = 2 + 8;

interface SlotSecret {
  /** Which stretch of `COOKIE_SLOT_MS` it is for. */
  readonly slot: number;
  readonly hmac: HmacSha256;
}

/**
 * Makes cookies, and tells them from forged ones (PROTOCOL 1.4): whoever shows one can be reached at
 * the address that it writes from.
 *
 * Nothing is kept of anyone but two secrets: that of the slot, and that of the slot before, so that
 * a cookie is good for two minutes at least and four at most.
 */
export class Cookies {
  readonly #randomBytes: (count: number) => Uint8Array;
  readonly #encoder = new TextEncoder();
  // The newest first.
  #secrets: readonly SlotSecret[] = [];

  /** @param randomBytes Gives unpredictable bytes, for secrets; they are not kept. */
  constructor(randomBytes: (count: number) => Uint8Array) {
    this.#randomBytes = randomBytes;
  }

  /**
   * The cookie of an address.
   *
   * @param endpoint The address.
   * @param nowMs Monotonic time.
   * @returns `COOKIE_BYTES` bytes in a new array, owned by the caller.
   */
  cookieFor(endpoint: Endpoint, nowMs: number): Uint8Array {
    return this.#digest(this.#secretOf(slotAt(nowMs)), endpoint);
  }

  /**
   * Whether a cookie was made for an address, in this slot or the one before. The time that it takes
   * does not tell where a forged one is wrong.
   *
   * @param cookie The value of COOKIE, any bytes; not kept.
   * @param endpoint Where it came from.
   * @param nowMs Monotonic time.
   */
  accepts(cookie: Uint8Array, endpoint: Endpoint, nowMs: number): boolean {
    const slot = slotAt(nowMs);
    return this.#secrets.some((secret) =>
      isInForce(secret, slot) && constantTimeEqual(cookie, this.#digest(secret, endpoint))
    );
  }

  #secretOf(slot: number): SlotSecret {
    const [newest] = this.#secrets;
    if (newest?.slot === slot) return newest;
    const secret = { slot, hmac: new HmacSha256(this.#randomBytes(SECRET_BYTES)) };
    this.#secrets = [secret, ...this.#secrets.filter((older) => isInForce(older, slot))];
    return secret;
  }

  /** The parts behind the IP address have a fixed length, so no two addresses give the same bytes. */
  #digest({ slot, hmac }: SlotSecret, { hostname, port }: Endpoint): Uint8Array {
    const ip = this.#encoder.encode(hostname);
    const input = new Uint8Array(ip.byteLength + PORT_AND_SLOT_BYTES);
    const view = new DataView(input.buffer);
    input.set(ip);
    view.setUint16(ip.byteLength, port);
    view.setBigUint64(ip.byteLength + 2, BigInt(slot));
    return Uint8Array.from(hmac.digest(input).subarray(0, COOKIE_BYTES));
  }
}

function slotAt(nowMs: number): number {
  return Math.floor(nowMs / COOKIE_SLOT_MS);
}

function isInForce(secret: SlotSecret, slot: number): boolean {
  return secret.slot === slot || secret.slot === slot - 1;
}

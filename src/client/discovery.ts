import { MAX_PEM_BYTES } from "../crypto/rsa.ts";
import { type Endpoint, formatEndpoint } from "../session/endpoint.ts";
import { encodeTlvs, findTlv, type Tlv, TLV_HEADER_BYTES } from "../wire/tlv.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import type { Backoff } from "../session/backoff.ts";
import type { KeyAnswer } from "./client_effect.ts";
import type { RelayClientError } from "./relay_client_error.ts";
import type { RelayTarget } from "./relay_target.ts";

/** Length that PUBLIC_KEY_REQUEST is padded to, so that the answer is never longer (PROTOCOL 1.4). */
export const PUBLIC_KEY_REQUEST_BYTES = 1_000;

/**
 * Length of the one that answers a COOKIE from a group, bytes: with the COOKIE before it three times
 * as long as what may have come from a forged address (PROTOCOL 1.4).
 */
export const SHORT_REQUEST_BYTES = 40;

/** Answers looked at for one PUBLIC_KEY_REQUEST: each costs a signature check and an encryption. */
export const MAX_KEY_ANSWERS = 16;

/** What a `Discovery` is made of. */
export interface DiscoveryOptions {
  readonly types: TlvTypes;
  readonly target: RelayTarget;
  /** Delays between requests. */
  readonly backoff: Backoff;
  /** Monotonic time of the first request. */
  readonly firstAskMs: number;
  /** How long to wait for a trusted relay once one that is not has answered, milliseconds. */
  readonly distrustGraceMs: number;
}

/** What became of a datagram that was offered as an answer. */
export type OfferFate =
  | "taken"
  | "duplicate"
  | "cookie"
  | "foreign"
  | "unexpected"
  | "unusable_key"
  | "surplus_key";

interface Distrust {
  readonly error: RelayClientError;
  readonly untilMs: number;
}

/**
 * Asks for a relay's public key, of the relay itself or of a group, until an answer is trusted
 * (PROTOCOL 1.4).
 *
 * Anyone can answer. So an answer that is not trusted ends nothing at once: the right relay may be
 * another one of the group, or slower than whoever forged its address.
 */
export class Discovery {
  /** The datagram that asks. */
  readonly request: Uint8Array;
  readonly #options: DiscoveryOptions;
  readonly #seen = new Set<string>();
  #answers: KeyAnswer[] = [];
  #nextAskMs: number;
  #distrust: Distrust | undefined;

  /** @param options Its parts. */
  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#nextAskMs = options.firstAskMs;
    this.request = requestOf(PUBLIC_KEY_REQUEST_BYTES, options.types);
  }

  /** The datagram that asks again, with a COOKIE before it, one who sent that COOKIE. */
  get secondRequest(): Uint8Array {
    const { target, types } = this.#options;
    return target.kind === "relay" ? this.request : requestOf(SHORT_REQUEST_BYTES, types);
  }

  /** The error of the first answer that was not trusted. */
  get distrustError(): RelayClientError | undefined {
    return this.#distrust?.error;
  }

  /**
   * Takes the TLVs of a datagram.
   *
   * @param tlvs Decoded TLVs; copied where kept.
   * @param from Where they came from.
   * @returns What became of them: an answer is `"taken"` or a `"duplicate"`, or was dropped; `"cookie"`
   *   when they hold no answer but a COOKIE.
   */
  offer(tlvs: readonly Tlv[], from: Endpoint): OfferFate {
    const { types, target } = this.#options;
    if (target.kind === "relay" && !isSameEndpoint(from, target.endpoint)) return "foreign";
    const pem = findTlv(tlvs, types.SERVER_PUBLIC_KEY_RESPONSE);
    const identity = findTlv(tlvs, types.SERVER_IDENTITY);
    if (pem === undefined) {
      return findTlv(tlvs, types.COOKIE) === undefined ? "unexpected" : "cookie";
    }
    if (pem.byteLength > MAX_PEM_BYTES) return "unusable_key";
    const mark = `${formatEndpoint(from)} ${pem.toBase64()} ${identity?.toBase64()}`;
    if (this.#seen.has(mark)) return "duplicate";
    if (this.#seen.size >= MAX_KEY_ANSWERS) return "surplus_key";
    this.#seen.add(mark);
    this.#answers.push({
      from: { hostname: from.hostname, port: from.port },
      pem: pem.slice(),
      identity: identity?.slice(),
    });
    return "taken";
  }

  /** Takes the oldest answer that was not decided on yet. */
  takeAnswer(): KeyAnswer | undefined {
    return this.#answers.shift();
  }

  /**
   * Takes note of an answer that was not trusted.
   *
   * @param error What to fail with when no trusted answer comes soon; the first one counts.
   * @param nowMs Monotonic time.
   */
  distrust(error: RelayClientError, nowMs: number): void {
    this.#distrust ??= { error, untilMs: nowMs + this.#options.distrustGraceMs };
  }

  /**
   * Does what is due.
   *
   * @param nowMs Monotonic time.
   * @returns `"ask"` when the request is to be sent, `"distrusted"` when only answers that are not
   *   trusted came in time.
   */
  tick(nowMs: number): "nothing" | "ask" | "distrusted" {
    if (this.#distrust !== undefined && nowMs >= this.#distrust.untilMs) return "distrusted";
    if (nowMs < this.#nextAskMs) return "nothing";
    this.#nextAskMs = nowMs + this.#options.backoff.next();
    this.#seen.clear();
    return "ask";
  }

  /** When `tick` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number {
    return Math.min(this.#nextAskMs, this.#distrust?.untilMs ?? Infinity);
  }
}

/** Whether two endpoints are the same address and port. */
export function isSameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && a.hostname === b.hostname;
}

function requestOf(bytes: number, types: TlvTypes): Uint8Array {
  const padding = new Uint8Array(bytes - TLV_HEADER_BYTES);
  return encodeTlvs([{ type: types.PUBLIC_KEY_REQUEST, value: padding }]);
}

import type { Endpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import { AMPLIFICATION_FACTOR } from "../session/long_answers.ts";
import { encodeRegistrationRejected } from "../wire/registration_rejected.ts";
import { type Tlv, TLV_HEADER_BYTES } from "../wire/tlv.ts";
import { cutText } from "./cut_text.ts";
import type { Rejection } from "./rejection.ts";
import { outerRelayTypes } from "./relay_only_types.ts";
import type { ServerKey } from "./relay_options.ts";
import type { RelayState } from "./relay_state.ts";
import { StrangerLimits } from "./stranger_limits.ts";

/** Where a datagram came from, and how long it was. */
export interface Source {
  readonly endpoint: Endpoint;
  /** `formatEndpoint(endpoint)` */
  readonly address: string;
  readonly datagramBytes: number;
  /** The value of COOKIE, if the datagram begins with one; a view that is not to be kept. */
  readonly cookie: Uint8Array | undefined;
}

/** Answers those who have no session, within the limits of PROTOCOL 1.4. */
export class StrangerAnswers {
  readonly #state: RelayState;
  readonly #limits: StrangerLimits;
  readonly #relayTypes: ReadonlySet<number>;

  /** @param state What the parts of the core share. @param nowMs Monotonic time. */
  constructor(state: RelayState, nowMs: number) {
    this.#state = state;
    this.#limits = new StrangerLimits(nowMs);
    this.#relayTypes = outerRelayTypes(state.options.types);
  }

  /** Answers a PUBLIC_KEY_REQUEST with the key and its signature. */
  publicKey(serverKey: ServerKey, identity: Uint8Array, source: Source, now: Instant): void {
    const { counters, options: { types }, delivery } = this.#state;
    const { endpoint, datagramBytes } = source;
    const answerBytes = 2 * TLV_HEADER_BYTES + serverKey.pem.byteLength + identity.byteLength;
    const { longAnswers } = this.#limits;
    if (longAnswers.allow(answerBytes, datagramBytes, endpoint.hostname, now.monotonicMs)) {
      delivery.sendOuter([
        { type: types.SERVER_PUBLIC_KEY_RESPONSE, value: serverKey.pem },
        { type: types.SERVER_IDENTITY, value: identity },
      ], endpoint);
    } else counters.drop("rate_limited");
  }

  /**
   * Tells an address that it has no session here; counts the datagram that showed it.
   *
   * What only relays send is not answered, a COOKIE alone among it: two relays, and a forger between
   * them, could answer each other for ever.
   */
  unknownSession(tlvs: readonly Tlv[], { endpoint }: Source, now: Instant): void {
    const { counters, options, delivery } = this.#state;
    counters.drop("unknown_session");
    if (tlvs.some(({ type }) => this.#relayTypes.has(type))) return;
    if (tlvs.every(({ type }) => type === options.types.COOKIE)) return;
    if (!this.#limits.allowsUnknownSession(endpoint.hostname, now.monotonicMs)) return;
    const tlv = { type: options.types.UNKNOWN_SESSION, value: new Uint8Array() };
    delivery.sendOuter([tlv], endpoint);
  }

  /** Refuses a registration, in so many words as need no leave to be said. */
  rejected({ code, text }: Rejection, question: Pick<Source, "endpoint" | "datagramBytes">): void {
    const { endpoint, datagramBytes } = question;
    const { counters, effects, options, delivery } = this.#state;
    counters.rejected++;
    counters.drop("rejected");
    effects.push({ type: "registration_rejected", from: endpoint, reason: text });
    const maxTextBytes = AMPLIFICATION_FACTOR * datagramBytes - TLV_HEADER_BYTES - 1;
    const value = encodeRegistrationRejected(code, cutText(text, maxTextBytes));
    delivery.sendOuter([{ type: options.types.REGISTRATION_REJECTED, value }], endpoint);
  }
}

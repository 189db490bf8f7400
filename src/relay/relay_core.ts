import type { Endpoint } from "../session/endpoint.ts";
import { type ClientSummary, summaryOf } from "../session/client_summary.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import { earliest } from "../session/earliest.ts";
import type { Instant } from "../session/instant.ts";
import type { Session } from "../session/session.ts";
import { encodeTlvs, findTlv, type Tlv, tryDecodeTlvs } from "../wire/tlv.ts";
import { Admission } from "./admission.ts";
import { Conversation } from "./conversation.ts";
import { cutText, MAX_REASON_BYTES } from "./cut_text.ts";
import { NoticeTeller } from "./notice_teller.ts";
import type { RelayEffect } from "./relay_effects.ts";
import type { RelayOptions, ServerKey } from "./relay_options.ts";
import { RelayState } from "./relay_state.ts";
import { type RelayStatistics, relayStatistics } from "./relay_statistics.ts";
import type { Source } from "./stranger_answers.ts";

/** What a relay core begins with. */
export interface RelayCoreStart {
  readonly options: RelayOptions;
  readonly serverKey: ServerKey;
  /** The value of SERVER_IDENTITY for that key. */
  readonly identity: Uint8Array;
  /** When the identity is to be signed anew, monotonic milliseconds. */
  readonly renewIdentityAtMs: number;
}

/**
 * The relay protocol without sockets, clocks or randomness: what happened goes in, what to do comes
 * out (PROTOCOL 1.1 to 1.6).
 *
 * Every method that returns effects has finished changing the state when it returns; the shell then
 * carries the effects out in their order. RSA is such an effect, and its result comes back by
 * `keyDecrypted`.
 */
export class RelayCore {
  readonly #state: RelayState;
  readonly #admission: Admission;
  readonly #conversation: Conversation;
  readonly #notices: NoticeTeller;
  #renewIdentityAtMs: number | undefined;
  #isShutDown = false;

  /** @param start Options, RSA key and identity. @param now The moment. */
  constructor({ options, serverKey, identity, renewIdentityAtMs }: RelayCoreStart, now: Instant) {
    this.#state = new RelayState(options);
    this.#admission = new Admission(this.#state, serverKey, identity, now.monotonicMs);
    this.#notices = new NoticeTeller(this.#state);
    this.#conversation = new Conversation(this.#state, this.#notices);
    this.#renewIdentityAtMs = renewIdentityAtMs;
  }

  /**
   * Takes a datagram from the network.
   *
   * @param datagram The UDP payload, any bytes at all; not kept.
   * @param from Where it came from.
   */
  receive(datagram: Uint8Array, from: Endpoint, now: Instant): RelayEffect[] {
    const { counters } = this.#state;
    counters.datagramsIn++;
    counters.bytesIn += datagram.byteLength;
    if (!this.#isShutDown) this.#read(datagram, from, now);
    return this.#finish(now);
  }

  /**
   * Takes the result of a `decrypt_key` effect.
   *
   * @param jobId As in the effect.
   * @param plaintext What the RSA block held, or `undefined` when it does not decrypt or the key
   *   of its generation is gone.
   */
  keyDecrypted(jobId: number, plaintext: Uint8Array | undefined, now: Instant): RelayEffect[] {
    const settled = this.#isShutDown ? undefined : this.#admission.settle(jobId, plaintext, now);
    if (settled !== undefined) {
      const { admitted, from, held } = settled;
      const type = this.#state.options.types.SYMMETRICALLY_ENCRYPTED_MESSAGE;
      const address = formatEndpoint(from);
      for (const value of admitted?.tokens ?? []) this.#hear({ type, value }, address, now);
      for (const datagram of held) this.#read(datagram, from, now);
    }
    return this.#finish(now);
  }

  /** Does everything that is due at or before `now`. */
  tick(now: Instant): RelayEffect[] {
    const { expiry, registry, pool, counters } = this.#state;
    for (const session of expiry.expired(registry.sessions(), now.monotonicMs)) {
      this.#state.removeSession(session, "timed_out", "", now);
    }
    this.#conversation.tick(now);
    counters.drop("fragment_timeout", pool.expire(now.monotonicMs));
    if (this.#renewIdentityAtMs !== undefined && now.monotonicMs >= this.#renewIdentityAtMs) {
      this.#renewIdentityAtMs = undefined;
      this.#state.effects.push({ type: "renew_identity" });
    }
    return this.#finish(now);
  }

  /** When `tick` wants to run next, monotonic milliseconds; `undefined` when nothing is due. */
  nextDeadline(): number | undefined {
    const { expiry, notices, delivery } = this.#state;
    return earliest(
      expiry.nextDeadlineMs(),
      this.#conversation.nextDeadlineMs(),
      notices.nextDeadlineMs(),
      delivery.nextDeadlineMs(),
      this.#renewIdentityAtMs,
    );
  }

  /** Hands out a new RSA key from now on; sessions go on as they are. */
  setServerKey(serverKey: ServerKey, identity: Uint8Array, renewIdentityAtMs: number): void {
    this.#admission.setServerKey(serverKey, identity);
    this.#renewIdentityAtMs = renewIdentityAtMs;
  }

  /** Hands out a new signature of the RSA key in use. */
  setIdentity(identity: Uint8Array, renewIdentityAtMs: number): void {
    this.#admission.setIdentity(identity);
    this.#renewIdentityAtMs = renewIdentityAtMs;
  }

  /** Takes note that a datagram could not be sent. */
  sendFailed(): void {
    this.#state.counters.drop("send_failed");
  }

  /** Takes note that an input ended in a fault of our own code. */
  countInternalError(): void {
    this.#state.counters.drop("internal_error");
  }

  /** The registered clients. */
  clients(now: Instant): ClientSummary[] {
    return Array.from(this.#state.registry.sessions(), (session) => summaryOf(session, now));
  }

  /** One client, by client name, `ip:port` or session id. */
  client(id: string, now: Instant): ClientSummary | undefined {
    const session = this.#state.registry.find(id);
    return session && summaryOf(session, now);
  }

  /** The relay's counters. */
  statistics(): RelayStatistics {
    return relayStatistics(this.#state, this.#admission.jobsInFlight);
  }

  /**
   * Ends a client's session.
   *
   * @param id Client name, `ip:port` or session id.
   * @param reason Sent to the client, cut to `MAX_REASON_BYTES`.
   * @returns Effects, or `undefined` when there is no such client.
   */
  kick(id: string, reason: string, now: Instant): RelayEffect[] | undefined {
    const session = this.#state.registry.find(id);
    if (session === undefined) return undefined;
    this.#sayGoodbye(session, reason, now);
    this.#state.removeSession(session, "kicked", reason, now);
    return this.#finish(now);
  }

  /** Sends the operator's text to all clients, cut to `MAX_REASON_BYTES`. */
  broadcast(text: string, now: Instant): RelayEffect[] {
    const { options, registry, delivery } = this.#state;
    const value = this.#encodeText(text);
    const notice = encodeTlvs([{ type: options.types.SERVER_NOTICE, value }]);
    for (const session of registry.sessions()) delivery.sendSealed(session, notice, now);
    return this.#finish(now);
  }

  /** Says goodbye to all clients; from then on nothing is received. */
  shutdown(reason: string, now: Instant): RelayEffect[] {
    // Told before the goodbyes: the shutdown itself is no news about each client.
    if (this.#state.notices.nextDeadlineMs() !== undefined) this.#notices.tell(now);
    for (const session of [...this.#state.registry.sessions()]) {
      this.#sayGoodbye(session, reason, now);
      this.#state.removeSession(session, "shutdown", reason, now);
    }
    this.#isShutDown = true;
    this.#renewIdentityAtMs = undefined;
    return this.#state.effects.take();
  }

  #read(datagram: Uint8Array, endpoint: Endpoint, now: Instant): void {
    const tlvs = tryDecodeTlvs(datagram);
    if (tlvs === undefined || tlvs.length === 0) return this.#state.counters.drop("malformed");
    const address = formatEndpoint(endpoint);
    const source: Source = { endpoint, address, datagramBytes: datagram.byteLength };
    const { types } = this.#state.options;
    const keyAt = tlvs.findIndex(({ type }) => type === types.ENCRYPTED_SYMMETRIC_KEY);
    const key = tlvs[keyAt];
    // A datagram gets one answer, whatever it asks for: more would be amplification.
    if (key !== undefined) {
      const rest = tlvs.slice(keyAt + 1);
      this.#hearAll(tlvs.slice(0, keyAt), address, now);
      this.#conversation.countUnknown(rest);
      this.#admission.request(key.value, rest, source, now);
    } else if (findTlv(tlvs, types.PUBLIC_KEY_REQUEST) !== undefined) {
      this.#hearAll(tlvs, address, now);
      this.#admission.answerKey(source, now);
    } else if (this.#isRegistered(address) || this.#conversation.roam(tlvs, endpoint, now)) {
      this.#hearAll(tlvs, address, now);
    } else if (!this.#admission.hold(address, datagram)) {
      this.#conversation.countUnknown(tlvs);
      this.#admission.answerUnknownSession(tlvs, source, now);
    }
  }

  #isRegistered(address: string): boolean {
    return this.#state.registry.at(address) !== undefined;
  }

  /** Hears TLVs of a datagram, if its address has a session. */
  #hearAll(tlvs: readonly Tlv[], address: string, now: Instant): void {
    if (!this.#isRegistered(address)) return this.#conversation.countUnknown(tlvs);
    for (const tlv of tlvs) this.#hear(tlv, address, now);
  }

  #hear(tlv: Tlv, address: string, now: Instant): void {
    const session = this.#state.registry.at(address);
    if (session === undefined) return;
    if (this.#conversation.hear(session, tlv, now) === "handled") return;
    // A client that registers anew from the same address may already speak under its new key.
    if (this.#admission.hold(address, encodeTlvs([tlv]))) return;
    this.#state.counters.drop("unauthentic");
  }

  #sayGoodbye(session: Session, reason: string, now: Instant): void {
    const { types } = this.#state.options;
    const goodbye = encodeTlvs([{ type: types.DISCONNECT, value: this.#encodeText(reason) }]);
    this.#state.delivery.sendUrgent(session, goodbye, now);
  }

  #encodeText(text: string): Uint8Array {
    return new TextEncoder().encode(cutText(text, MAX_REASON_BYTES));
  }

  #finish(now: Instant): RelayEffect[] {
    this.#notices.tellDue(now);
    this.#state.delivery.release(now);
    return this.#state.effects.take();
  }
}

import { takeFragment } from "../session/fragment_intake.ts";
import { type Instant, unixSeconds } from "../session/instant.ts";
import type { Endpoint } from "../session/endpoint.ts";
import type { Session } from "../session/session.ts";
import {
  decodeFragmentNack,
  encodeFragmentNack,
  type FragmentNack,
  FragmentNackError,
} from "../wire/fragment_nack.ts";
import { joinMessage, messageTlvs } from "../wire/message.ts";
import { encodeTlvs, findTlv, type Tlv } from "../wire/tlv.ts";
import { encodeU64 } from "../wire/u64.ts";
import { cutText, MAX_REASON_BYTES } from "./cut_text.ts";
import type { NoticeTeller } from "./notice_teller.ts";
import type { RelayState } from "./relay_state.ts";
import { TokenGate } from "./token_gate.ts";

/** What became of a TLV of a registered client. */
export type HeardTlv = "handled" | "unauthentic";

/** Listens to registered clients and relays what they say (PROTOCOL 1.5, 1.6). */
export class Conversation {
  readonly #state: RelayState;
  readonly #gate: TokenGate;
  readonly #knownTypes: ReadonlySet<number>;
  readonly #encoder = new TextEncoder();
  readonly #notices: NoticeTeller;

  /** @param state What the parts of the core share. @param notices Tells who joined and left. */
  constructor(state: RelayState, notices: NoticeTeller) {
    this.#state = state;
    this.#gate = new TokenGate(state.options.types, state.options.maxMessageAgeSeconds);
    this.#knownTypes = new Set(Object.values(state.options.types));
    this.#notices = notices;
  }

  /**
   * Takes one outer TLV of a registered client.
   *
   * @param session The client; its session may have ended when this returns.
   * @param tlv The TLV; not kept.
   * @param now The moment.
   * @returns `"unauthentic"` when it is a token under another key, which is not yet counted.
   */
  hear(session: Session, { type, value }: Tlv, now: Instant): HeardTlv {
    const { types } = this.#state.options;
    if (type === types.SYMMETRICALLY_ENCRYPTED_MESSAGE) return this.#hearToken(session, value, now);
    if (type === types.FRAGMENT) return this.#hearFragment(session, value, now);
    if (type === types.KEEP_ALIVE) session.lastSeenMs = now.monotonicMs;
    else if (!this.#knownTypes.has(type)) this.#state.counters.unknownTlvs++;
    return "handled";
  }

  /** Counts the TLVs of types that are not in the table. */
  countUnknown(tlvs: readonly Tlv[]): void {
    for (const { type } of tlvs) {
      if (!this.#knownTypes.has(type)) this.#state.counters.unknownTlvs++;
    }
  }

  /**
   * Moves a session to the address that a datagram came from, if the datagram proves that its client
   * is there now (PROTOCOL 1.5): it begins with SESSION_ID, and holds a token that is authentic,
   * fresh and newer than all before. The token is not taken by that; it is still to be heard.
   *
   * @param tlvs The TLVs of the datagram.
   * @param endpoint Where it came from, an address without a session.
   * @param now The moment.
   * @returns Whether the session was moved there.
   */
  roam(_tlvs: readonly Tlv[], _endpoint: Endpoint, _now: Instant): boolean {
    return false;
  }

  /** Does what is due. */
  tick(now: Instant): void {
    this.#askForMissing(now);
  }

  /** When `tick` wants to run next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return this.#state.pool.nextDeadlineMs();
  }

  /** Asks for the fragments that are overdue. */
  #askForMissing(now: Instant): void {
    const { pool, registry, delivery, counters, options } = this.#state;
    for (const stalled of pool.takeStalled(now.monotonicMs)) {
      const session = registry.withSessionId(stalled.peer);
      if (session === undefined) continue;
      counters.fragmentNacksOut++;
      const value = encodeFragmentNack(stalled);
      const nack = encodeTlvs([{ type: options.types.FRAGMENT_NACK, value }]);
      // Behind a long message it would come when the client no longer has the fragments.
      delivery.sendUrgent(session, nack, now);
    }
  }

  #hearFragment(session: Session, value: Uint8Array, now: Instant): HeardTlv {
    const { counters } = this.#state;
    counters.fragmentsIn++;
    const token = takeFragment(
      session.reassembly,
      value,
      now.monotonicMs,
      (reason, count) => counters.drop(reason, count),
    );
    if (token === undefined) return "handled";
    counters.reassembled++;
    return this.#hearToken(session, token, now);
  }

  #hearToken(session: Session, token: Uint8Array, now: Instant): HeardTlv {
    const result = this.#gate.open(token, session, unixSeconds(now));
    if (result.state === "refused") {
      if (result.reason === "unauthentic") return "unauthentic";
      this.#state.counters.drop(result.reason);
      return "handled";
    }
    session.lastSeenMs = now.monotonicMs;
    this.#hearSealed(session, result.tlvs, now);
    return "handled";
  }

  #hearSealed(session: Session, tlvs: readonly Tlv[], now: Instant): void {
    const { types } = this.#state.options;
    this.countUnknown(tlvs);
    const payload = joinMessage(types.MESSAGE, tlvs);
    if (payload !== undefined) this.#relay(session, payload, now);
    const nack = findTlv(tlvs, types.FRAGMENT_NACK);
    if (nack !== undefined) this.#repair(session, nack, now);
    if (findTlv(tlvs, types.KEEP_ALIVE) !== undefined) this.#replyKeepAlive(session, now);
    const disconnect = findTlv(tlvs, types.DISCONNECT);
    if (disconnect !== undefined) {
      const reason = cutText(new TextDecoder().decode(disconnect), MAX_REASON_BYTES);
      this.#state.removeSession(session, "left", reason, now);
    }
  }

  #relay(sender: Session, payload: Uint8Array, now: Instant): void {
    const { counters, options, registry } = this.#state;
    if (payload.byteLength > options.maxMessageBytes) return counters.drop("too_large");
    // A message must not overtake the notice that its sender joined.
    if (this.#state.notices.isPending(sender.joinNotice)) this.#notices.tell(now);
    counters.messagesIn++;
    counters.messageBytesIn += payload.byteLength;
    sender.messagesIn++;
    sender.bytesIn += payload.byteLength;
    const plaintext = this.#relayedPlaintext(sender, payload);
    for (const recipient of registry.sessions()) {
      if (recipient !== sender) this.#deliver(recipient, plaintext, payload.byteLength, now);
    }
  }

  #relayedPlaintext(sender: Session, payload: Uint8Array): Uint8Array {
    const { types } = this.#state.options;
    const sequence = ++this.#state.relaySequence;
    return encodeTlvs([
      { type: types.SENDER_ID, value: this.#encoder.encode(sender.id) },
      { type: types.RELAY_SEQUENCE, value: encodeU64(sequence) },
      ...messageTlvs(types.MESSAGE, payload),
    ]);
  }

  #deliver(recipient: Session, plaintext: Uint8Array, payloadBytes: number, now: Instant): void {
    const { delivery, counters } = this.#state;
    if (!delivery.sendSealed(recipient, plaintext, now)) return;
    counters.deliveries++;
    counters.deliveryBytes += payloadBytes;
    recipient.messagesOut++;
    recipient.bytesOut += payloadBytes;
  }

  #repair(session: Session, value: Uint8Array, now: Instant): void {
    const nack = readFragmentNack(value);
    if (nack === undefined) this.#state.counters.drop("malformed");
    else this.#state.delivery.repair(session, nack, now);
  }

  #replyKeepAlive(session: Session, now: Instant): void {
    const { delivery, options, relaySequence } = this.#state;
    const value = encodeU64(relaySequence);
    const reply = encodeTlvs([{ type: options.types.KEEP_ALIVE_REPLY, value }]);
    delivery.sendSealed(session, reply, now);
  }
}

function readFragmentNack(value: Uint8Array): FragmentNack | undefined {
  try {
    return decodeFragmentNack(value);
  } catch (error) {
    if (error instanceof FragmentNackError) return undefined;
    throw error;
  }
}

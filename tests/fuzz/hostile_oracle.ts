import { assert, assertEquals } from "@std/assert";
import type { Fernet } from "../../src/crypto/fernet.ts";
import type { RelayEffect } from "../../src/relay/relay_effects.ts";
import { formatEndpoint } from "../../src/session/endpoint.ts";
import { decodeAck } from "../../src/wire/ack.ts";
import type { ClientSummary } from "../../src/session/client_summary.ts";
import { decodeFragment } from "../../src/wire/fragment.ts";
import { decodeGroupKey } from "../../src/wire/group_key.ts";
import { joinMessage } from "../../src/wire/message.ts";
import { Reassembly } from "../../src/wire/reassembly.ts";
import { reassemblyLimits, ReassemblyPool } from "../../src/wire/reassembly_pool.ts";
import { decodeRegistrationAccepted } from "../../src/wire/registration_accepted.ts";
import { decodeSequenceRanges } from "../../src/wire/sequence_ranges.ts";
import { decodeTlvs, findTlv, type Tlv } from "../../src/wire/tlv.ts";
import { Feature, hasFeature } from "../../src/wire/features.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { decodeU64 } from "../../src/wire/u64.ts";
import { HostileGroup, HostileGroupEars } from "./hostile_group.ts";
import {
  type ClearTaker,
  GROUP_TYPES,
  type KeyRecord,
  type SealedMessage,
  type WatchedSession,
  type Way,
} from "./hostile_records.ts";

const TYPES = DEFAULT_TLV_TYPES;
const MARK_BYTES = 8;

type Removal = Extract<RelayEffect, { type: "client_removed" }>;

/**
 * Watches all that leaves a relay, and knows all that its clients have sealed: fails when the relay
 * says what it should not, to whom it should not, or in another order.
 */
export class HostileOracle {
  /** Whether the relay is being handed the message, whole or in part, at this moment. */
  isArriving: (message: SealedMessage) => boolean = () => false;
  /** The newest relay sequence before the step whose effects are looked at. */
  sequenceBefore = 0n;
  readonly group = new HostileGroup();
  readonly #onClear: ClearTaker;
  readonly #keys: KeyRecord[] = [];
  readonly #messages: SealedMessage[] = [];
  readonly #byAddress = new Map<string, WatchedSession>();
  readonly #byRelaySequence = new Map<bigint, SealedMessage>();
  readonly #ended: WatchedSession[] = [];

  /** @param onClear Takes every datagram that leaves the relay in the clear. */
  constructor(onClear: ClearTaker) {
    this.#onClear = onClear;
  }

  /** How many sessions there are. */
  get sessions(): number {
    return this.#byAddress.size;
  }

  /** The key of the session at an address. */
  keyAt(address: string): KeyRecord | undefined {
    return this.#byAddress.get(address)?.key;
  }

  /** Whether an address has a session. */
  isRegistered(address: string): boolean {
    return this.#byAddress.has(address);
  }

  /** Takes note of a key that a client has made, and of the name that it registers under with it. */
  addKey(fernet: Fernet, name: string | undefined): KeyRecord {
    const ids = new Set(name === undefined ? [] : [name]);
    const key: KeyRecord = {
      fernet,
      ids,
      session: undefined,
      numbered: new Map(),
      hasAsked: false,
      highestHeard: 0n,
    };
    this.#keys.unshift(key);
    return key;
  }

  /**
   * Takes note of a message that is about to be sealed.
   *
   * @param sequence Its number, 0 for none.
   * @returns The message; that of before when the number was used for one. `undefined` when it was
   *   used for something else.
   */
  message(key: KeyRecord, sequence: bigint): SealedMessage | undefined {
    if (key.numbered.has(sequence)) return key.numbered.get(sequence);
    const mark = new TextEncoder().encode(`${this.#messages.length}`.padEnd(MARK_BYTES));
    const message = { key, mark, relaySequence: undefined };
    this.#messages.push(message);
    if (sequence !== 0n) key.numbered.set(sequence, message);
    return message;
  }

  /** Takes an effect of the relay. */
  watch(effect: RelayEffect, nowMs: number): void {
    switch (effect.type) {
      case "client_registered":
        return this.#begin(effect.client.session ?? "", effect.client.address, effect.client.id);
      case "client_moved":
        return this.#move(effect.from, effect.client.address, effect.client.id);
      case "client_removed":
        return this.#end(effect, nowMs);
      case "send":
        return this.#hear(formatEndpoint(effect.to), effect.datagram, nowMs);
      case "send_to_group":
        return this.#hearGroup(effect.datagram, nowMs);
      default:
        return;
    }
  }

  /**
   * Checks what can be told only at the end, when nothing waits any more.
   *
   * @param clients The clients that the relay shows.
   */
  finish(clients: readonly ClientSummary[]): void {
    for (const { address, messagesOut } of clients) {
      const session = this.#byAddress.get(address);
      const heard = [...session?.heard.keys() ?? []].filter((it) => it > (session?.base ?? 0n));
      assertEquals(heard.length, messagesOut, `messages to ${session?.id}`);
      assert(this.#isMulticast || session?.ears.lacksKey === false, "a key that never came");
    }
    for (const session of [...this.#byAddress.values(), ...this.#ended]) {
      for (const sequence of session.passedOver) {
        const message = this.#byRelaySequence.get(sequence);
        assert(
          message === undefined || message.key === session.key,
          `${session.id} was not sent ${sequence}`,
        );
      }
    }
  }

  /** Whether somebody was told that the group is heard by multicast. */
  #isMulticast = false;

  #begin(sessionId: string, address: string, id: string): void {
    assert(!this.#byAddress.has(address), "an address has two sessions");
    const sessions = [...this.#byAddress.values()];
    assert(sessions.every((other) => other.id !== id), "an id has two sessions");
    this.#byAddress.set(address, {
      sessionId,
      address,
      id,
      key: undefined,
      known: new Set(sessions.map((other) => other.id)),
      reassembly: new Reassembly(new ReassemblyPool(reassemblyLimits(2_000_000, 10_000)), ""),
      features: 0,
      base: this.sequenceBefore,
      ears: new HostileGroupEars(),
      ended: undefined,
      heard: new Map(),
      newest: 0n,
      passedOver: new Set(),
      lost: [],
      highestRelayed: 0n,
    });
  }

  #move(from: string, to: string, id: string): void {
    const session = this.#byAddress.get(from);
    assert(
      session !== undefined && !this.#byAddress.has(to),
      "a move from nowhere, or onto another",
    );
    this.#byAddress.delete(from);
    session.address = to;
    session.id = id;
    session.key?.ids.add(id);
    this.#byAddress.set(to, session);
  }

  #end({ client: { address, session: sessionId }, reason }: Removal, nowMs: number): void {
    const session = this.#byAddress.get(address);
    assertEquals(session?.sessionId, sessionId, "the end of a session that is not there");
    this.#byAddress.delete(address);
    if (session === undefined) return;
    session.ended = { reason, atMs: nowMs, newest: this.sequenceBefore };
    this.#ended.push(session);
  }

  #hear(address: string, datagram: Uint8Array, nowMs: number): void {
    const tlvs = decodeTlvs(datagram);
    for (const tlv of tlvs) {
      const { type, value } = tlv;
      const session = this.#byAddress.get(address);
      if (type === TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE) {
        assert(session !== undefined, "a token to an address without a session");
        this.#hearToken(session, value);
      } else if (type === TYPES.FRAGMENT) {
        assert(session !== undefined, "a fragment to an address without a session");
        const result = session.reassembly.add(decodeFragment(value), nowMs);
        if (result.state === "complete") this.#hearToken(session, result.token);
      } else if (type === TYPES.GROUP_MESSAGE || type === TYPES.GROUP_FRAGMENT) {
        assert(session !== undefined, "a group message to an address without a session");
        assert(hasFeature(session.features, Feature.GROUP_DELIVERY), "to one who is in no group");
        this.#hearFrame(session, tlv, nowMs);
      } else return this.#onClear(address, datagram, tlvs);
    }
  }

  #hearGroup(datagram: Uint8Array, nowMs: number): void {
    for (const tlv of decodeTlvs(datagram)) {
      for (const session of this.#byAddress.values()) {
        // Whoever has a key has joined the group.
        if (session.ears.epochs.size > 0) this.#hearFrame(session, tlv, nowMs);
      }
    }
  }

  #hearFrame(session: WatchedSession, tlv: Tlv, nowMs: number): void {
    const frame = session.ears.hear(tlv, nowMs);
    if (frame !== undefined) this.#hearOpened(session, frame.epoch, this.group.open(frame));
  }

  #hearOpened(session: WatchedSession, epoch: number, tlvs: readonly Tlv[]): void {
    const { key } = session;
    assert(key !== undefined, "a member that nothing was said to");
    const sequence = findTlv(tlvs, TYPES.RELAY_SEQUENCE);
    if (sequence !== undefined) this.group.checkReaders(epoch, decodeU64(sequence) ?? 0n);
    const isAllowed = tlvs.every(({ type }) => GROUP_TYPES.has(type));
    assert(isAllowed, "a member could forge that");
    this.#hearSealed(session, key, tlvs, "group");
  }

  #hearKey(session: WatchedSession, key: KeyRecord, value: Uint8Array, tlvs: readonly Tlv[]): void {
    assert(hasFeature(session.features, Feature.GROUP_DELIVERY), "a key to one in no group");
    const ownId = textOf(findTlv(tlvs, TYPES.SENDER_ID) ?? new Uint8Array());
    assert(key.ids.has(ownId), `a key under the name of ${ownId}`);
    this.#isMulticast ||= decodeGroupKey(value)?.address !== undefined;
    const epoch = this.group.learn(session, value);
    for (const frame of session.ears.takeHeld(epoch)) {
      this.#hearOpened(session, epoch, this.group.open(frame));
    }
  }

  #hearToken(session: WatchedSession, token: Uint8Array): void {
    const key = session.key ?? this.#keys.find(({ fernet }) => fernet.open(token).ok);
    assert(key !== undefined, "a token under a key that nobody made");
    if (session.key === undefined) {
      assertEquals(key.session, undefined, "one registration has made two sessions");
      session.key = key;
      key.session = session;
      key.ids.add(session.id);
    }
    this.#hearSealed(session, key, decodeTlvs(key.fernet.decrypt(token)), "alone");
  }

  #hearSealed(session: WatchedSession, key: KeyRecord, tlvs: readonly Tlv[], way: Way): void {
    for (const { type, value } of tlvs) {
      if (type === TYPES.REGISTRATION_ACCEPTED) this.#hearAccepted(session, value);
      if (type === TYPES.ACK) this.#hearAck(session, key, value);
      if (type === TYPES.LOST) session.lost.push(...decodeSequenceRanges(value) ?? []);
      if (type === TYPES.GROUP_KEY) this.#hearKey(session, key, value, tlvs);
      if (type === TYPES.NOTIFY_CONNECT) session.known.add(textOf(value));
      if (type === TYPES.NOTIFY_DISCONNECT) session.known.delete(textOf(value));
    }
    const payload = joinMessage(TYPES.MESSAGE, tlvs);
    if (payload !== undefined) this.#hearMessage(session, key, payload, tlvs, way);
  }

  #hearAccepted(session: WatchedSession, value: Uint8Array): void {
    const { sessionId, features, latestRelaySequence } = decodeRegistrationAccepted(value);
    assertEquals(sessionId.toHex(), session.sessionId);
    session.features = features;
    if (latestRelaySequence > session.newest) session.newest = latestRelaySequence;
  }

  #hearMessage(
    session: WatchedSession,
    key: KeyRecord,
    payload: Uint8Array,
    tlvs: readonly Tlv[],
    way: Way,
  ): void {
    const message = this.#messages[Number.parseInt(textOf(payload.subarray(0, MARK_BYTES)))];
    assert(message !== undefined, "a message that nobody sent");
    if (message.key === key) {
      const isByMulticast = way === "group" && this.#isMulticast;
      return assert(isByMulticast, "a sender hears itself");
    }
    const sender = textOf(findTlv(tlvs, TYPES.SENDER_ID) ?? new Uint8Array());
    assert(message.key.ids.has(sender), `a message of another one under the name of ${sender}`);
    const sequence = decodeU64(findTlv(tlvs, TYPES.RELAY_SEQUENCE) ?? new Uint8Array()) ?? 0n;
    this.#identify(message, sequence);
    const isLost = session.lost.some(({ first, last }) => first <= sequence && sequence <= last);
    assert(!isLost, `${sequence} came after LOST`);
    const isSecondCopy = this.#isMulticast && session.ears.epochs.size > 0 &&
      session.heard.has(sequence) && session.heard.get(sequence) !== way;
    if (!session.heard.has(sequence)) session.heard.set(sequence, way);
    session.passedOver.delete(sequence);
    if (sequence <= session.newest) {
      return assert(isSecondCopy || key.hasAsked, "a message once more, to one who did not ask");
    }
    // Where members get a second copy, it may overtake a notice of the group.
    const mayOvertake = this.#isMulticast && way === "alone" && session.ears.epochs.size > 0;
    const isKnown = mayOvertake || session.known.has(sender);
    assert(isKnown, `a message overtook the notice of its sender ${sender}`);
    for (let passed = session.newest + 1n; passed < sequence; passed++) {
      session.passedOver.add(passed);
    }
    session.newest = sequence;
  }

  #hearAck(session: WatchedSession, key: KeyRecord, value: Uint8Array): void {
    assert(
      hasFeature(session.features, Feature.RELIABLE_DELIVERY),
      "an ACK to a client without the feature",
    );
    const { clientSequence, relaySequence } = decodeAck(value) ?? {};
    assert(clientSequence !== undefined && relaySequence !== undefined);
    if (clientSequence === 0n) return assert(key.hasAsked, "an ACK for an earlier session");
    assert(key.numbered.has(clientSequence), "an ACK for what was never sent");
    const message = key.numbered.get(clientSequence);
    assertEquals(message === undefined, relaySequence === 0n, "an ACK without its number");
    if (message === undefined) return;
    const isNew = message.relaySequence === undefined;
    this.#identify(message, relaySequence);
    if (isNew && clientSequence < session.highestRelayed) {
      assert(this.isArriving(message), `${clientSequence} was overtaken while it waited`);
    }
    if (clientSequence > session.highestRelayed) session.highestRelayed = clientSequence;
  }

  #identify(message: SealedMessage, relaySequence: bigint): void {
    const same = this.#byRelaySequence.get(relaySequence);
    assert(same === undefined || same === message, "one relay sequence for two messages");
    assert(
      message.relaySequence === undefined || message.relaySequence === relaySequence,
      "one message under two relay sequences",
    );
    message.relaySequence = relaySequence;
    this.#byRelaySequence.set(relaySequence, message);
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

import type { Endpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import { type Tlv, tryDecodeTlvs } from "../wire/tlv.ts";
import { channelOf, type ClientPhase } from "./client_phase.ts";
import type { ClientState } from "./client_state.ts";
import type { Acceptance } from "./conversation.ts";
import { isSameEndpoint } from "./discovery.ts";
import type { MessageWay } from "./copy_memory.ts";
import type { HeldGroupFrame } from "./held_group_frames.ts";
import type { RelayChannel } from "./relay_channel.ts";
import type { GroupContent, SealedContent } from "./sealed_content.ts";

type GroupKeyContent = Extract<SealedContent, { type: "group_key" }>;

/** Whose datagrams are read. */
export interface ClientReader {
  /** What it is at now; a token of a datagram can change it for the next one. */
  readonly phase: () => ClientPhase;
  /** Told that the relay has taken it in. */
  readonly enter: (acceptance: Acceptance, now: Instant) => void;
}

/** Reads the datagrams of a client, and leads each TLV to where it belongs (PROTOCOL 1.1, 1.4, 1.5, 1.8). */
export class ClientReception {
  readonly #client: ClientState;
  readonly #reader: ClientReader;

  /** @param client What the parts of the core share. @param reader Whose datagrams these are. */
  constructor(client: ClientState, reader: ClientReader) {
    this.#client = client;
    this.#reader = reader;
  }

  /**
   * Takes a datagram.
   *
   * @param datagram Any bytes; copied where kept.
   * @param from Where it came from.
   * @param now The moment.
   */
  read(datagram: Uint8Array, from: Endpoint, now: Instant): void {
    const tlvs = tryDecodeTlvs(datagram);
    if (tlvs === undefined) return this.#client.drops.add("malformed");
    const phase = this.#reader.phase();
    const channel = channelOf(phase);
    if (channel === undefined) {
      if (phase.state === "joining") phase.phase.hearAnswer(tlvs, from, now);
      return;
    }
    if (!isSameEndpoint(from, channel.relay)) return this.#client.drops.add("foreign");
    for (const tlv of tlvs) this.#hearOuter(tlv, channel, now);
  }

  /**
   * Takes a datagram that came to the multicast group, from whomever: only what is sealed under the
   * group's key counts.
   *
   * @param datagram Any bytes; copied where kept.
   * @param now The moment.
   */
  readFromGroup(datagram: Uint8Array, now: Instant): void {
    const { options: { types }, reader, drops } = this.#client;
    const tlvs = tryDecodeTlvs(datagram);
    if (tlvs === undefined) return drops.add("malformed");
    for (const tlv of tlvs) {
      const channel = channelOf(this.#reader.phase());
      const isOfGroup = tlv.type === types.GROUP_MESSAGE || tlv.type === types.GROUP_FRAGMENT;
      if (isOfGroup && channel?.group !== undefined) this.#hearOuter(tlv, channel, now);
      else drops.add(reader.knows(tlv.type) ? "unexpected" : "unknown_tlv");
    }
  }

  #hearOuter({ type, value }: Tlv, channel: RelayChannel, now: Instant): void {
    const { options: { types }, reader, drops } = this.#client;
    const phase = this.#reader.phase();
    switch (type) {
      case types.SYMMETRICALLY_ENCRYPTED_MESSAGE:
        return this.#hearToken(channel.receiver.takeToken(value, now), channel, now);
      case types.FRAGMENT:
        return this.#hearToken(channel.receiver.takeFragment(value, now), channel, now);
      case types.GROUP_MESSAGE:
        return this.#hearGroupFrame("message", value, channel, now);
      case types.GROUP_FRAGMENT:
        return this.#hearGroupFrame("fragment", value, channel, now);
      case types.REGISTRATION_REJECTED:
        if (phase.state === "joining") phase.phase.hearRejected(value, now);
        return;
      case types.COOKIE:
        if (phase.state === "joining") phase.phase.hearCookie(value, channel.relay, now);
        return;
      case types.UNKNOWN_SESSION:
        if (phase.state === "registered") phase.phase.heardUnknownSession(now);
        return;
      default:
        if (!reader.knows(type)) drops.add("unknown_tlv");
    }
  }

  #hearToken(tlvs: readonly Tlv[] | undefined, channel: RelayChannel, now: Instant): void {
    if (tlvs === undefined) return;
    for (const content of this.#client.reader.read(tlvs)) this.#hearSealed(content, channel, now);
    const phase = this.#reader.phase();
    if (phase.state === "registered") phase.phase.heardToken(now);
  }

  /** A message can overtake the acceptance; it counts, since only the relay has the key. */
  #hearSealed(content: SealedContent, channel: RelayChannel, now: Instant): void {
    const phase = this.#reader.phase();
    if (content.type === "group_key") return this.#takeGroupKey(content, channel, now);
    if (this.#isCopy(content, "alone", channel)) return this.#client.drops.add("duplicate");
    if (phase.state === "registered") return phase.phase.hear(content, now);
    if (content.type === "registration_accepted") return this.#reader.enter(content, now);
    const isNumbered = content.type === "message" && this.#client.options.reliable;
    if (!isNumbered) return this.#client.deliver(content);
    if (!this.#client.keepEarly(content, "alone")) channel.receiver.takeBack();
  }

  /** It can overtake the acceptance too, and count as well. */
  #takeGroupKey({ groupKey, ownId }: GroupKeyContent, channel: RelayChannel, now: Instant): void {
    if (this.#isRefused) return this.#client.drops.add("unexpected");
    for (const tlvs of channel.group?.takeKey(groupKey, ownId, now) ?? []) {
      this.#hearGroupToken(tlvs, channel, now);
    }
  }

  /** Whether the relay has taken this client in without group delivery. */
  get #isRefused(): boolean {
    const phase = this.#reader.phase();
    return phase.state === "registered" && phase.phase.group === undefined;
  }

  #hearGroupFrame(
    kind: HeldGroupFrame["kind"],
    value: Uint8Array,
    channel: RelayChannel,
    now: Instant,
  ): void {
    if (this.#isRefused) return this.#client.drops.add("unexpected");
    this.#hearGroupToken(channel.group?.take(kind, value, now), channel, now);
  }

  #hearGroupToken(tlvs: readonly Tlv[] | undefined, channel: RelayChannel, now: Instant): void {
    if (tlvs === undefined) return;
    for (const content of this.#client.reader.readGroup(tlvs)) {
      this.#hearGroup(content, channel, now);
    }
    const phase = this.#reader.phase();
    if (phase.state === "registered") phase.phase.heardGroupToken(now);
  }

  #hearGroup(content: GroupContent, channel: RelayChannel, now: Instant): void {
    const phase = this.#reader.phase();
    const id = idOf(content);
    const isOwn = id !== undefined && channel.group?.ids.has(id, now.monotonicMs) === true;
    if (!isOwn && this.#isCopy(content, "group", channel)) {
      return this.#client.drops.add("duplicate");
    }
    if (phase.state === "registered") return phase.phase.group?.hear(content, isOwn, now);
    if (isOwn) return;
    const isNumbered = content.type === "message" && this.#client.options.reliable;
    if (isNumbered) this.#client.keepEarly(content, "group");
    else this.#client.deliver(content);
  }

  /** With reliable delivery numbers count in another way, and what there was no room for comes again. */
  #isCopy(content: SealedContent, way: MessageWay, { group }: RelayChannel): boolean {
    if (content.type !== "message" || content.relaySequence === undefined) return false;
    const phase = this.#reader.phase();
    if (phase.state === "registered" && phase.phase.isReliable) return false;
    return group?.copies.isSecond(content.relaySequence, way) === true;
  }
}

/** Who a group message is from, or about; `undefined` when about nobody. */
function idOf(content: GroupContent): string | undefined {
  switch (content.type) {
    case "message":
      return content.sender;
    case "joined":
    case "left":
      return content.id;
  }
}

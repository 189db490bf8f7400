import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import type { Instant } from "../../src/session/instant.ts";
import { Feature } from "../../src/wire/features.ts";
import { decodeFragmentNack, encodeFragmentNack } from "../../src/wire/fragment_nack.ts";
import { decodeFragment, fragmentDatagrams } from "../../src/wire/fragment.ts";
import type { GroupAddress } from "../../src/wire/group_key.ts";
import { reassemblyLimits, ReassemblyPool } from "../../src/wire/reassembly_pool.ts";
import { encodeRegistrationAccepted } from "../../src/wire/registration_accepted.ts";
import type { RejectionCode } from "../../src/wire/registration_rejected.ts";
import { decodeTlvs, encodeTlvs, findTlv, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { decodeU64, encodeU64 } from "../../src/wire/u64.ts";
import { MiniAdmission, type MiniAdmissionParts } from "./mini_admission.ts";
import { MiniDelivery } from "./mini_delivery.ts";
import { MiniGroup } from "./mini_group.ts";
import { MiniHistory } from "./mini_history.ts";
import type { MiniSession } from "./mini_session.ts";
import { namedTlv } from "./named_tlv.ts";
import type { SeededRandom } from "./seeded_random.ts";

const TYPES = DEFAULT_TLV_TYPES;

/** What a mini relay lives in. */
export interface MiniRelayWorld {
  readonly random: SeededRandom;
  /** The moment. */
  now(): Instant;
  /** Carries a datagram to a client. */
  send(datagram: Uint8Array, to: Endpoint): void;
  /** Carries a datagram to all who have joined a group. */
  sendToGroup(datagram: Uint8Array, address: GroupAddress): void;
  readonly decrypt: MiniAdmissionParts["decrypt"];
}

/** What a mini relay answers with. */
export interface MiniRelayOptions {
  /** The value of SERVER_PUBLIC_KEY_RESPONSE. */
  readonly pem: Uint8Array;
  /** The value of SERVER_IDENTITY, if the relay proves one. */
  readonly identity?: Uint8Array;
  readonly keepAliveSeconds?: number;
  /** UDP payload of each datagram sent, bytes. */
  readonly budgetBytes?: number;
  /** The series that it numbers in; one of its own by default. */
  readonly history?: MiniHistory;
  /** Where group messages go by multicast; by unicast without. */
  readonly groupAddress?: GroupAddress;
}

/**
 * As much of a relay as a client's tests need, written from PROTOCOL.md alone: it registers clients,
 * passes messages on, answers KEEP_ALIVE, delivers reliably, lets clients roam, and does what else a
 * test tells it to. It limits nothing and trusts everyone.
 */
export class MiniRelay {
  /** Answers a registration with this code in place of accepting it. */
  rejectsWith: { readonly code: RejectionCode; readonly text: string } | undefined;
  /** Whether it answers PUBLIC_KEY_REQUEST, registrations (at all, when accepted), and KEEP_ALIVE. */
  readonly answers = { key: true, registration: true, acceptance: true, keepAlive: true };
  readonly admission: MiniAdmission;
  readonly delivery: MiniDelivery;
  readonly history: MiniHistory;
  readonly group: MiniGroup;
  /** The TLVs of all tokens that came. */
  readonly tokens: Tlv[][] = [];
  /** By `ip:port`. */
  readonly sessions = new Map<string, MiniSession>();
  readonly #world: MiniRelayWorld;
  readonly #options: MiniRelayOptions;
  readonly #pool = new ReassemblyPool(reassemblyLimits(64 * 1024 * 1024, 10_000));
  readonly #sentFragments = new Map<number, Uint8Array[]>();
  #lastMessageId = 0;

  /** @param world What it lives in. @param options What it answers with. */
  constructor(world: MiniRelayWorld, options: MiniRelayOptions) {
    this.#world = world;
    this.#options = options;
    this.history = options.history ?? new MiniHistory(world.random.bytes(8));
    const { pem, identity } = options;
    const keyTlvs = [namedTlv("SERVER_PUBLIC_KEY_RESPONSE", pem)];
    if (identity !== undefined) keyTlvs.push(namedTlv("SERVER_IDENTITY", identity));
    this.admission = new MiniAdmission({
      answers: this.answers,
      rejection: () => this.rejectsWith,
      random: world.random,
      pool: this.#pool,
      keyTlvs,
      decrypt: world.decrypt,
      sendOuter: (to, ...tlvs) => this.sendOuter(to, ...tlvs),
      grantsGroup: () => this.group.isGranted,
      sessionAt: (endpoint) => this.sessions.get(formatEndpoint(endpoint)),
      latest: () => this.history.latest,
      accept: (session, isNew) => this.#accept(session, isNew),
    });
    this.group = new MiniGroup({
      random: world.random,
      nowSeconds: () => Math.floor(world.now().unixMs / 1000),
      budgetBytes: options.budgetBytes ?? 1_200,
      sessions: () => this.sessions.values(),
      sendSealed: (session, ...tlvs) => this.sendSealed(session, ...tlvs),
      send: (datagram, { endpoint }) => world.send(datagram, endpoint),
      sendToGroup: (datagram, address) => world.sendToGroup(datagram, address),
    });
    this.group.address = options.groupAddress;
    this.delivery = new MiniDelivery({
      history: this.history,
      send: (session, ...tlvs) => this.sendSealed(session, ...tlvs),
      tellOthers: (session, ...tlvs) => this.#tellOthers(session, ...tlvs),
    });
  }

  /** What clients sent, oldest first. */
  get messages(): readonly { readonly sender: string; readonly payload: Uint8Array }[] {
    return this.delivery.messages;
  }

  /** Takes a datagram. */
  receive(datagram: Uint8Array, from: Endpoint): void {
    const tlvs = decodeTlvs(datagram);
    if (this.admission.receive(tlvs, from)) return;
    const session = this.sessions.get(formatEndpoint(from)) ?? this.#roaming(tlvs, from);
    if (session === undefined) return this.sendOuter(from, namedTlv("UNKNOWN_SESSION"));
    for (const { type, value } of tlvs) {
      if (type === TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE) this.#takeToken(session, value);
      if (type === TYPES.FRAGMENT) this.#takeFragment(session, value);
    }
  }

  /** Asks clients for fragments that are overdue. */
  tick(): void {
    for (const stalled of this.#pool.takeStalled(this.#nowMs)) {
      for (const session of this.sessions.values()) {
        if (session.sessionId !== stalled.peer) continue;
        this.sendSealed(session, namedTlv("FRAGMENT_NACK", encodeFragmentNack(stalled)));
      }
    }
    this.#pool.expire(this.#nowMs);
  }

  /** When `tick` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number {
    return this.#pool.nextDeadlineMs() ?? Infinity;
  }

  /** The session of the client with an id. */
  session(id: string): MiniSession {
    for (const session of this.sessions.values()) if (session.id === id) return session;
    throw new Error(`No client ${id} is registered`);
  }

  /** Forgets all clients without a word, as a relay that crashed. */
  crash(): void {
    this.sessions.clear();
  }

  /** Sends TLVs in the clear. */
  sendOuter(to: Endpoint, ...tlvs: readonly Tlv[]): void {
    this.#world.send(encodeTlvs(tlvs), to);
  }

  /** Sends TLVs sealed, in fragments when they need to be. Returns the datagrams. */
  sendSealed(session: MiniSession, ...tlvs: readonly Tlv[]): Uint8Array[] {
    const datagrams = this.seal(session, tlvs);
    for (const datagram of datagrams) this.#world.send(datagram, session.endpoint);
    return datagrams;
  }

  /** Seals TLVs under a client's key, `ageSeconds` ago, and cuts the token if need be. */
  seal(session: MiniSession, tlvs: readonly Tlv[], { ageSeconds = 0 } = {}): Uint8Array[] {
    const { random } = this.#world;
    const { budgetBytes = 1_200 } = this.#options;
    const now = Math.floor(this.#world.now().unixMs / 1000) - ageSeconds;
    const value = session.fernet.encrypt(encodeTlvs(tlvs), { now, iv: random.bytes(16) });
    if (value.byteLength + 4 <= budgetBytes) {
      return [encodeTlvs([{ type: TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE, value }])];
    }
    const messageId = ++this.#lastMessageId;
    const datagrams = fragmentDatagrams(TYPES.FRAGMENT, messageId, value, budgetBytes);
    this.#sentFragments.set(messageId, datagrams);
    return datagrams;
  }

  /** Numbers a message of nobody's session. Returns its TLVs. */
  relayed(sender: string, payload: string | Uint8Array): Tlv[] {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    return this.history.add(sender, bytes, { sessionId: "", clientSequence: 0n }).tlvs;
  }

  /** Numbers a message of nobody's session, and sends it to all clients. */
  say(sender: string, payload: string | Uint8Array): void {
    const tlvs = this.relayed(sender, payload);
    for (const session of this.sessions.values()) this.sendSealed(session, ...tlvs);
  }

  /** Numbers a message of nobody's session, and says it in the group. Returns the datagrams. */
  sayInGroup(sender: string, payload: string | Uint8Array): Uint8Array[] {
    return this.group.tell(undefined, ...this.relayed(sender, payload));
  }

  get #nowMs(): number {
    return this.#world.now().monotonicMs;
  }

  #accept(session: MiniSession, isNew: boolean): void {
    const { keepAliveSeconds = 20 } = this.#options;
    this.sessions.set(formatEndpoint(session.endpoint), session);
    const value = encodeRegistrationAccepted({
      sessionId: Uint8Array.fromHex(session.sessionId),
      keepAliveSeconds,
      clientTimeoutSeconds: 3 * keepAliveSeconds,
      features: (session.isReliable ? Feature.RELIABLE_DELIVERY : 0) |
        (session.isMember ? Feature.GROUP_DELIVERY : 0),
      latestRelaySequence: session.base,
    });
    const seriesId = namedTlv("SERIES_ID", this.history.seriesId);
    if (this.answers.acceptance) {
      this.sendSealed(session, namedTlv("REGISTRATION_ACCEPTED", value), seriesId);
    }
    if (!isNew) return;
    this.#tellOthers(session, namedTlv("NOTIFY_CONNECT", session.id));
    if (session.isMember) this.group.changeEpoch();
  }

  /** Moves the session that a datagram proves to be its sender's (PROTOCOL 1.5). */
  #roaming([first, second]: readonly Tlv[], from: Endpoint): MiniSession | undefined {
    if (first?.type !== TYPES.SESSION_ID || second === undefined) return undefined;
    for (const [address, session] of this.sessions) {
      if (session.sessionId !== first.value.toHex()) continue;
      const opened = session.fernet.open(second.value);
      const plaintext = opened.ok ? opened.plaintext() : undefined;
      const sequence = plaintext && findTlv(decodeTlvs(plaintext), TYPES.CLIENT_SEQUENCE);
      if (sequence === undefined || (decodeU64(sequence) ?? 0n) <= session.highest) {
        return undefined;
      }
      this.sessions.delete(address);
      session.endpoint = from;
      this.sessions.set(formatEndpoint(from), session);
      return session;
    }
    return undefined;
  }

  #takeFragment(session: MiniSession, value: Uint8Array): void {
    const result = session.reassembly.add(decodeFragment(value), this.#nowMs);
    if (result.state === "complete") this.#takeToken(session, result.token);
  }

  #takeToken(session: MiniSession, token: Uint8Array): void {
    const opened = session.fernet.open(token);
    const plaintext = opened.ok ? opened.plaintext() : undefined;
    if (plaintext === undefined) {
      return this.sendOuter(session.endpoint, namedTlv("UNKNOWN_SESSION"));
    }
    const tlvs = decodeTlvs(plaintext);
    this.tokens.push(tlvs);
    for (const { type, value } of tlvs) this.#takeSealed(session, type, value);
    this.delivery.take(session, tlvs);
  }

  #takeSealed(session: MiniSession, type: number, value: Uint8Array): void {
    if (type === TYPES.KEEP_ALIVE && this.answers.keepAlive) {
      const reply = namedTlv("KEEP_ALIVE_REPLY", encodeU64(this.history.latest));
      this.sendSealed(session, reply, ...this.group.keyTlvsAgain(session));
    }
    if (type === TYPES.NACK) this.delivery.repair(session, value);
    if (type === TYPES.DISCONNECT) {
      this.sessions.delete(formatEndpoint(session.endpoint));
      this.#tellOthers(session, namedTlv("NOTIFY_DISCONNECT", session.id));
    }
    if (type === TYPES.FRAGMENT_NACK) {
      const { messageId, missing } = decodeFragmentNack(value);
      for (const number of missing) {
        const fragments = this.#sentFragments.get(messageId) ?? this.group.fragments.get(messageId);
        const datagram = fragments?.[number];
        if (datagram !== undefined) this.#world.send(datagram, session.endpoint);
      }
    }
  }

  #tellOthers(sender: MiniSession, ...tlvs: readonly Tlv[]): void {
    let hasMembers = false;
    for (const session of this.sessions.values()) {
      if (session.isMember && this.group.hasEpoch) hasMembers = true;
      else if (session !== sender) this.sendSealed(session, ...tlvs);
    }
    if (hasMembers) this.group.tell(sender, ...tlvs);
  }
}

import { Fernet } from "../../src/crypto/fernet.ts";
import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import type { Instant } from "../../src/session/instant.ts";
import { decodeFragmentNack } from "../../src/wire/fragment_nack.ts";
import { decodeFragment, fragmentDatagrams } from "../../src/wire/fragment.ts";
import { joinMessage, messageTlvs } from "../../src/wire/message.ts";
import { Reassembly } from "../../src/wire/reassembly.ts";
import { reassemblyLimits, ReassemblyPool } from "../../src/wire/reassembly_pool.ts";
import { encodeRegistrationAccepted } from "../../src/wire/registration_accepted.ts";
import {
  encodeRegistrationRejected,
  type RejectionCode,
} from "../../src/wire/registration_rejected.ts";
import { decodeTlvs, encodeTlvs, findTlv, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
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
  /** Decrypts an RSA block, now or later; `undefined` when it does not decrypt. */
  decrypt(block: Uint8Array, done: (plaintext: Uint8Array | undefined) => void): void;
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
}

/** A client that is registered with a mini relay. */
export interface MiniSession {
  readonly endpoint: Endpoint;
  /** CLIENT_NAME, or `ip:port`. */
  readonly id: string;
  readonly fernet: Fernet;
  /** The block that it was registered with, in base64. */
  readonly block: string;
}

/**
 * As much of a relay as a client's tests need, written from PROTOCOL.md alone: it registers clients,
 * passes messages on, answers KEEP_ALIVE, and does what else a test tells it to. It limits nothing
 * and trusts everyone.
 */
export class MiniRelay {
  /** Answers a registration with this code in place of accepting it. */
  rejectsWith: { readonly code: RejectionCode; readonly text: string } | undefined;
  /** Whether it answers PUBLIC_KEY_REQUEST, registrations and KEEP_ALIVE. */
  answers = { key: true, registration: true, keepAlive: true };
  /** What clients sent, oldest first. */
  readonly messages: { readonly sender: string; readonly payload: Uint8Array }[] = [];
  /** The TLV names, by type number, of all tokens that came. */
  readonly tokens: Tlv[][] = [];
  readonly sessions = new Map<string, MiniSession>();
  readonly #world: MiniRelayWorld;
  readonly #options: MiniRelayOptions;
  readonly #pool = new ReassemblyPool(reassemblyLimits(64 * 1024 * 1024, 10_000));
  readonly #reassemblies = new Map<string, Reassembly>();
  readonly #sentFragments = new Map<number, Uint8Array[]>();
  #lastMessageId = 0;
  #relaySequence = 0n;

  /** @param world What it lives in. @param options What it answers with. */
  constructor(world: MiniRelayWorld, options: MiniRelayOptions) {
    this.#world = world;
    this.#options = options;
  }

  /** Takes a datagram. */
  receive(datagram: Uint8Array, from: Endpoint): void {
    const tlvs = decodeTlvs(datagram);
    const block = findTlv(tlvs, TYPES.ENCRYPTED_SYMMETRIC_KEY);
    if (findTlv(tlvs, TYPES.PUBLIC_KEY_REQUEST) !== undefined) return this.#answerKey(from);
    if (block !== undefined) return this.#register(block.slice(), tlvs.slice(1), from);
    const session = this.sessions.get(formatEndpoint(from));
    if (session === undefined) return this.sendOuter(from, namedTlv("UNKNOWN_SESSION"));
    for (const { type, value } of tlvs) {
      if (type === TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE) this.#takeToken(session, value);
      if (type === TYPES.FRAGMENT) this.#takeFragment(session, value);
    }
  }

  /** Asks clients for fragments that are overdue. */
  tick(): void {
    for (const { peer, messageId, missing } of this.#pool.takeStalled(this.#nowMs)) {
      const value = new Uint8Array(4 + 2 * missing.length);
      const view = new DataView(value.buffer);
      view.setUint32(0, messageId);
      missing.forEach((number, index) => view.setUint16(4 + 2 * index, number));
      const session = this.sessions.get(peer);
      if (session !== undefined) this.sendSealed(session, namedTlv("FRAGMENT_NACK", value));
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
    this.#reassemblies.clear();
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

  /** The TLVs of a relayed message. */
  relayed(sender: string, payload: string | Uint8Array): Tlv[] {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    return [
      namedTlv("SENDER_ID", sender),
      namedTlv("RELAY_SEQUENCE", encodeU64(++this.#relaySequence)),
      ...messageTlvs(TYPES.MESSAGE, bytes),
    ];
  }

  get #nowMs(): number {
    return this.#world.now().monotonicMs;
  }

  #answerKey(to: Endpoint): void {
    if (!this.answers.key) return;
    const { pem, identity } = this.#options;
    const tlvs = [namedTlv("SERVER_PUBLIC_KEY_RESPONSE", pem)];
    if (identity !== undefined) tlvs.push(namedTlv("SERVER_IDENTITY", identity));
    this.sendOuter(to, ...tlvs);
  }

  #register(block: Uint8Array, rest: readonly Tlv[], from: Endpoint): void {
    if (!this.answers.registration) return;
    const token = rest[0]?.value.slice();
    if (this.rejectsWith !== undefined) {
      const value = encodeRegistrationRejected(this.rejectsWith.code, this.rejectsWith.text);
      return this.sendOuter(from, namedTlv("REGISTRATION_REJECTED", value));
    }
    const before = this.sessions.get(formatEndpoint(from));
    if (before?.block === block.toBase64()) return this.#accept(before);
    this.#world.decrypt(block, (plaintext) => {
      if (plaintext === undefined) {
        const value = encodeRegistrationRejected(5, "key unusable");
        return this.sendOuter(from, namedTlv("REGISTRATION_REJECTED", value));
      }
      this.#admit(new Fernet(new TextDecoder().decode(plaintext)), block, token, from);
    });
  }

  #admit(fernet: Fernet, block: Uint8Array, token: Uint8Array | undefined, from: Endpoint): void {
    const hello = token === undefined ? [] : decodeTlvs(fernet.decrypt(token));
    const name = findTlv(hello, TYPES.CLIENT_NAME);
    const address = formatEndpoint(from);
    const id = name === undefined ? address : new TextDecoder().decode(name);
    const session = { endpoint: from, id, fernet, block: block.toBase64() };
    this.sessions.set(address, session);
    this.#reassemblies.set(address, new Reassembly(this.#pool, address));
    this.#accept(session);
    this.#tellOthers(session, namedTlv("NOTIFY_CONNECT", id));
  }

  #accept(session: MiniSession): void {
    const { keepAliveSeconds = 20 } = this.#options;
    const value = encodeRegistrationAccepted({
      sessionId: this.#world.random.bytes(8),
      keepAliveSeconds,
      clientTimeoutSeconds: 3 * keepAliveSeconds,
      features: 0,
      latestRelaySequence: this.#relaySequence,
    });
    this.sendSealed(session, namedTlv("REGISTRATION_ACCEPTED", value));
  }

  #takeFragment(session: MiniSession, value: Uint8Array): void {
    const reassembly = this.#reassemblies.get(formatEndpoint(session.endpoint));
    const result = reassembly?.add(decodeFragment(value), this.#nowMs);
    if (result?.state === "complete") this.#takeToken(session, result.token);
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
    const payload = joinMessage(TYPES.MESSAGE, tlvs);
    if (payload !== undefined) this.#passOn(session, payload.slice());
  }

  #takeSealed(session: MiniSession, type: number, value: Uint8Array): void {
    if (type === TYPES.KEEP_ALIVE && this.answers.keepAlive) {
      this.sendSealed(session, namedTlv("KEEP_ALIVE_REPLY", encodeU64(this.#relaySequence)));
    }
    if (type === TYPES.DISCONNECT) {
      this.sessions.delete(formatEndpoint(session.endpoint));
      this.#tellOthers(session, namedTlv("NOTIFY_DISCONNECT", session.id));
    }
    if (type === TYPES.FRAGMENT_NACK) {
      const { messageId, missing } = decodeFragmentNack(value);
      for (const number of missing) {
        const datagram = this.#sentFragments.get(messageId)?.[number];
        if (datagram !== undefined) this.#world.send(datagram, session.endpoint);
      }
    }
  }

  #passOn(sender: MiniSession, payload: Uint8Array): void {
    this.messages.push({ sender: sender.id, payload });
    this.#tellOthers(sender, ...this.relayed(sender.id, payload));
  }

  #tellOthers(sender: MiniSession, ...tlvs: readonly Tlv[]): void {
    for (const session of this.sessions.values()) {
      if (session !== sender) this.sendSealed(session, ...tlvs);
    }
  }
}

import { assert, assertLessOrEqual } from "@std/assert";
import { MAX_HELD_BYTES } from "../../src/relay/ordered_intake.ts";
import { MAX_PENDING_REGISTRATIONS } from "../../src/relay/registration_queue.ts";
import type { GroupDelivery } from "../../src/relay/group_delivery.ts";
import { RelayCore } from "../../src/relay/relay_core.ts";
import type { RelayEffect } from "../../src/relay/relay_effects.ts";
import { AdmissionTokens } from "../../src/session/admission_tokens.ts";
import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import { sourceKey } from "../../src/session/source_limiter.ts";
import { Feature } from "../../src/wire/features.ts";
import { decodeFragment } from "../../src/wire/fragment.ts";
import { decodeGroupFrame } from "../../src/wire/group_frame.ts";
import { decodeTlvs, findTlv, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { admissionToken } from "../support/admission_tokens.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { FakeRsaKey } from "../support/fake_rsa_key.ts";
import { memoryHistory, RELAY_DEFAULTS } from "../support/relay_defaults.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import {
  HostileMember,
  type HostileMemberWorld,
  type Recorded,
  type RecordedToken,
} from "./hostile_member.ts";
import { HostileOracle } from "./hostile_oracle.ts";

const TYPES = DEFAULT_TLV_TYPES;
const MAX_CLIENTS = 4;
const RSA_CONCURRENCY = 2;
const HISTORY_BYTES = 50_000;
const MAX_PEER_FRAGMENT_BYTES = 4 * 1024 * 1024;
const PUBLIC_KEY_ANSWER_BYTES = 564;
/** A little less than `max_message_age`. */
const FRESH_MS = 58_000;

const ALL_FEATURES = Feature.RELIABLE_DELIVERY | Feature.GROUP_DELIVERY;

/** Two machines of one IPv6 network, one of IPv4, and one of IPv4 as a socket for both shows it. */
const HOSTNAMES = ["2001:db8::1", "2001:db8::2", "192.0.2.1", "::ffff:192.0.2.7"];

/** Two ports of each machine. */
export const ENDPOINTS: readonly Endpoint[] = HOSTNAMES.flatMap((hostname) =>
  [5_001, 5_002].map((port) => ({ hostname, port }))
);

/** The client names there are; each is that of a token as well. */
export const NAMES = ["alice", "bob", "carol"] as const;

/** What of a relay differs from run to run. */
export interface WorldOptions {
  readonly asksForTokens: boolean;
  readonly cookieThreshold: number;
  readonly historyMessages: number;
  readonly groupDelivery: GroupDelivery;
}

/** The tokens that a relay was given last. */
interface Admission {
  readonly names: readonly string[];
  readonly expiresUnixMs: number | undefined;
}

/** A relay core, its clock, its RSA and its network, with an oracle that watches all that leaves it. */
export class HostileWorld implements HostileMemberWorld {
  readonly clock = new FakeClock();
  readonly random: SeededRandom;
  readonly oracle = new HostileOracle((to, datagram, tlvs) => this.#hearClear(to, datagram, tlvs));
  readonly core: RelayCore;
  readonly members: readonly HostileMember[];
  rsaKey = new FakeRsaKey(1);
  /** Whether RSA jobs are answered at once. */
  answersRsa = true;
  /** All that members made, for whoever wants to deliver it, once more or for the first time. */
  readonly recorded: Recorded[] = [];
  /** What the relay sent sealed, to be sent back. */
  readonly sent: Uint8Array[] = [];
  /** The message ids of fragments that the relay sent. */
  readonly sentMessageIds: number[] = [];
  #admission: Admission | undefined;
  #jobs: Extract<RelayEffect, { type: "decrypt_key" }>[] = [];
  /** The datagram that the relay is looking at. */
  #question: { address: string; bytes: number } | undefined;
  readonly #cookies = new Map<string, Uint8Array>();
  readonly #bytesFrom = new Map<string, number>();
  readonly #bytesTo = new Map<string, number>();
  readonly #startMs = this.clock.now.monotonicMs;

  /** @param seed Of all randomness. @param options What the relay is like. */
  constructor(seed: number, options: WorldOptions) {
    const { asksForTokens, cookieThreshold, historyMessages, groupDelivery } = options;
    this.random = new SeededRandom(seed);
    this.#admission = asksForTokens ? { names: NAMES, expiresUnixMs: undefined } : undefined;
    this.members = [0, 2, 4, 6, 7].map((place) => new HostileMember(this, at(ENDPOINTS, place)));
    const { serverKey, identity } = this.rsaKey;
    this.core = new RelayCore({
      options: {
        ...RELAY_DEFAULTS,
        maxMessageBytes: 100_000,
        maxClients: MAX_CLIENTS,
        rsaConcurrency: RSA_CONCURRENCY,
        cookieThreshold,
        groupDelivery,
        authTokens: this.#admission && tokensOf(this.#admission),
        randomBytes: (count) => this.random.bytes(count),
      },
      history: memoryHistory({ maxMessages: historyMessages, maxBytes: HISTORY_BYTES }),
      serverKey,
      identity,
      renewIdentityAtMs: Infinity,
    }, this.clock.now);
  }

  /** Whether the relay asks for admission tokens. */
  get asksForTokens(): boolean {
    return this.#admission !== undefined;
  }

  /** Registers the first three members: one with neither a name nor a feature, two with both. */
  begin(): void {
    for (const [index, member] of this.members.slice(0, 3).entries()) {
      // For the first one it may get a cookie only.
      for (let tries = 0; tries < 2; tries++) {
        if (this.oracle.isRegistered(formatEndpoint(member.endpoint))) continue;
        const name = [undefined, ...NAMES][index];
        this.deliver(member.registration(name, index > 0 ? ALL_FEATURES : 0), member.endpoint);
      }
    }
    this.run(1_000);
  }

  cookieOf(address: string): Uint8Array | undefined {
    return this.#cookies.get(address);
  }

  record(datagram: Uint8Array, token?: RecordedToken): Recorded {
    const recorded = { datagram, token, sealedUnixMs: this.clock.now.unixMs };
    this.recorded.push(recorded);
    return recorded;
  }

  /** Carries a datagram to the relay. */
  deliver({ datagram, token, sealedUnixMs }: Recorded, from: Endpoint): void {
    const address = formatEndpoint(from);
    const { byteLength } = datagram;
    this.#bytesFrom.set(address, (this.#bytesFrom.get(address) ?? 0) + byteLength);
    const wasAtHome = token !== undefined && this.oracle.keyAt(address) === token.key;
    this.#question = { address, bytes: byteLength };
    this.oracle.isArriving = (message) => message === token?.message;
    this.step(() => this.core.receive(datagram.slice(), from, this.clock.now));
    this.#question = undefined;
    this.oracle.isArriving = () => false;
    if (token !== undefined && this.oracle.keyAt(address) === token.key) {
      const { key, sequence } = token;
      assert(wasAtHome || sequence > key.highestHeard, "a session moved by what came before");
      const isFresh = Math.abs(this.clock.now.unixMs - sealedUnixMs) < FRESH_MS;
      if (isFresh && sequence > key.highestHeard) key.highestHeard = sequence;
    }
    if (this.answersRsa) this.answerAllRsa();
  }

  /** Carries bytes to the relay that no member has made. */
  deliverBytes(datagram: Uint8Array, from: Endpoint): void {
    const { unixMs } = this.clock.now;
    this.deliver({ datagram, token: undefined, sealedUnixMs: unixMs }, from);
  }

  /** Answers an RSA job, if one waits. */
  answerRsa(which = 0): void {
    const [job] = this.#jobs.splice(which % Math.max(1, this.#jobs.length), 1);
    if (job === undefined) return;
    const isCurrent = job.generation === this.rsaKey.serverKey.generation;
    const plaintext = isCurrent ? this.rsaKey.decrypt(job.ciphertext) : undefined;
    // What was held back comes with it.
    this.oracle.isArriving = () => true;
    this.step(() => this.core.keyDecrypted(job.jobId, plaintext, this.clock.now));
    this.oracle.isArriving = () => false;
  }

  /** Answers RSA jobs until none is left. */
  answerAllRsa(): void {
    while (this.#jobs.length > 0) this.answerRsa();
  }

  /** Gives the relay a new RSA key. */
  rotateKey(): void {
    this.rsaKey = new FakeRsaKey(this.rsaKey.serverKey.generation + 1);
    this.core.setServerKey(this.rsaKey.serverKey, this.rsaKey.identity, Infinity);
  }

  /** Gives the relay other tokens, if it asks for any. */
  setTokens(names: readonly string[], lifeMs: number): void {
    if (this.#admission === undefined) return;
    this.#admission = { names, expiresUnixMs: this.clock.now.unixMs + lifeMs };
    const tokens = tokensOf(this.#admission);
    this.step(() => this.core.setAuthTokens(tokens, this.clock.now));
  }

  /** Has the core do something, does what it asks for, and lets the oracle look at it. */
  step(act: () => readonly RelayEffect[]): void {
    const { monotonicMs } = this.clock.now;
    const before = this.#relaySequence;
    const effects = act();
    this.oracle.sequenceBefore = before;
    this.oracle.group.noteSaid(before, this.#relaySequence, monotonicMs);
    for (const effect of effects) {
      this.oracle.watch(effect, monotonicMs);
      if (effect.type === "decrypt_key") this.#jobs.push(effect);
      if (effect.type === "send" || effect.type === "send_to_group") this.#see(effect.datagram);
    }
    assertLessOrEqual(this.#jobs.length, RSA_CONCURRENCY);
  }

  /** Lets time pass, with a tick at each deadline on the way and one at the end. */
  run(ms: number): void {
    const endMs = this.clock.now.monotonicMs + ms;
    for (;;) {
      const deadlineMs = Math.min(this.core.nextDeadline() ?? Infinity, endMs);
      this.clock.advance(Math.max(0, deadlineMs - this.clock.now.monotonicMs));
      this.step(() => this.core.tick(this.clock.now));
      const nextMs = this.core.nextDeadline() ?? Infinity;
      assert(nextMs > this.clock.now.monotonicMs, "a tick left its deadline");
      if (deadlineMs === endMs) break;
    }
    this.#checkBounds();
    this.#checkSessions();
  }

  get #relaySequence(): bigint {
    return BigInt(Number(this.core.statistics().relay_sequence));
  }

  #see(datagram: Uint8Array): void {
    const [first] = decodeTlvs(datagram);
    const fragment = first?.type === TYPES.GROUP_FRAGMENT
      ? decodeGroupFrame(first.value)?.rest
      : first?.value;
    const isFragment = first?.type === TYPES.FRAGMENT || first?.type === TYPES.GROUP_FRAGMENT;
    if (isFragment && fragment !== undefined) {
      const { messageId } = decodeFragment(fragment);
      if (this.sentMessageIds.at(-1) !== messageId) this.sentMessageIds.push(messageId);
    } else if (this.sent.length < 200) this.sent.push(datagram);
  }

  #checkBounds(): void {
    const statistics = this.core.statistics();
    const { registrations, reliable, fragments, history } = statistics;
    assert(typeof registrations === "object");
    assert(typeof reliable === "object" && typeof fragments === "object");
    assert(typeof history === "object");
    assertLessOrEqual(Number(statistics.clients), MAX_CLIENTS);
    assertLessOrEqual(Number(registrations.waiting), MAX_PENDING_REGISTRATIONS);
    assertLessOrEqual(Number(fragments.unfinished_bytes), MAX_CLIENTS * MAX_PEER_FRAGMENT_BYTES);
    assertLessOrEqual(Number(reliable.held_bytes), MAX_CLIENTS * MAX_HELD_BYTES);
    assertLessOrEqual(Number(history.bytes), HISTORY_BYTES);
  }

  #checkSessions(): void {
    const { now } = this.clock;
    const banned = new Set(this.core.bans(now).map(({ target }) => target));
    for (const { id, address, token = "" } of this.core.clients(now)) {
      const hostname = address.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
      const isBanned = [id, token, sourceKey(hostname)].some((target) => banned.has(target));
      assert(!isBanned, `a session of ${id}, who is banned`);
      if (this.#admission === undefined) continue;
      const { names, expiresUnixMs = Infinity } = this.#admission;
      assert(names.includes(token) && now.unixMs < expiresUnixMs, `a session by token ${token}`);
    }
  }

  #hearClear(address: string, { byteLength }: Uint8Array, tlvs: readonly Tlv[]): void {
    const cookie = findTlv(tlvs, TYPES.COOKIE);
    if (cookie !== undefined) this.#cookies.set(address, cookie.slice());
    const total = (this.#bytesTo.get(address) ?? 0) + byteLength;
    this.#bytesTo.set(address, total);
    const seconds = (this.clock.now.monotonicMs - this.#startMs) / 1000;
    const allowance = PUBLIC_KEY_ANSWER_BYTES * (5 + seconds);
    assertLessOrEqual(total, 3 * (this.#bytesFrom.get(address) ?? 0) + allowance);
    if (this.#question === undefined || byteLength === PUBLIC_KEY_ANSWER_BYTES) return;
    assert(this.#question.address === address, "an answer to another address");
    assertLessOrEqual(byteLength, 3 * this.#question.bytes);
  }
}

/** The item at a place, counted round. */
export function at<T>(items: readonly T[], place: number): T {
  const item = items[place % items.length];
  assert(item !== undefined, "nothing to choose from");
  return item;
}

function tokensOf({ names, expiresUnixMs }: Admission): AdmissionTokens {
  return new AdmissionTokens(
    names.map((name) => admissionToken(`token of ${name}`, name, expiresUnixMs)),
  );
}

import { Fernet } from "../../src/crypto/fernet.ts";
import { sealedRelayTypes } from "../../src/relay/relay_only_types.ts";
import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import { fragmentDatagrams } from "../../src/wire/fragment.ts";
import { messageTlvs } from "../../src/wire/message.ts";
import { encodeTlvs, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import type { FakeClock } from "../support/fake_clock.ts";
import type { FakeRsaKey } from "../support/fake_rsa_key.ts";
import { helloTlvs } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import type { SeededRandom } from "../support/seeded_random.ts";
import type { HostileOracle } from "./hostile_oracle.ts";
import type { KeyRecord, SealedMessage } from "./hostile_records.ts";

const TYPES = DEFAULT_TLV_TYPES;
const RELAY_TYPES = sealedRelayTypes(TYPES);

/** Payload from which on a message goes in fragments, bytes. */
const LONG_BYTES = 800;

/** What is known of a datagram that holds a token. */
export interface RecordedToken {
  readonly key: KeyRecord;
  /** The number that it takes, 0 for none. */
  readonly sequence: bigint;
  /** The message in it, if there is one. */
  readonly message: SealedMessage | undefined;
}

/** A datagram that someone on the path has seen, delivered or not. */
export interface Recorded {
  readonly datagram: Uint8Array;
  /** When it was made, Unix milliseconds. */
  readonly sealedUnixMs: number;
  readonly token: RecordedToken | undefined;
}

/** What a hostile member lives in. */
export interface HostileMemberWorld {
  readonly clock: FakeClock;
  readonly random: SeededRandom;
  readonly oracle: HostileOracle;
  readonly rsaKey: FakeRsaKey;
  readonly asksForTokens: boolean;
  /** The last cookie that the relay sent to an address. */
  cookieOf(address: string): Uint8Array | undefined;
  /** Remembers a datagram for whoever wants to deliver it. */
  record(datagram: Uint8Array, token?: RecordedToken): Recorded;
}

/** How a member numbers what it sends. */
export type Numbering = "next" | "skip" | "same" | "none" | "far" | "last";

/** One who registers, speaks and moves, and keeps to no rule but that it can't break a cipher. */
export class HostileMember {
  endpoint: Endpoint;
  readonly #world: HostileMemberWorld;
  #key: KeyRecord | undefined;
  #sequence = 0n;

  constructor(world: HostileMemberWorld, endpoint: Endpoint) {
    this.#world = world;
    this.endpoint = endpoint;
  }

  /** Makes a registration under a fresh key; what is sealed from then on is under that. */
  registration(name: string | undefined, features: number): Recorded {
    const { random, rsaKey, oracle, asksForTokens } = this.#world;
    const text = Fernet.generateKeyFrom(random.bytes(32));
    this.#key = oracle.addKey(new Fernet(text), name);
    this.#sequence = 0n;
    const cookie = this.#world.cookieOf(formatEndpoint(this.endpoint));
    const token = namedTlv("AUTH_TOKEN", `token of ${name ?? "alice"}`);
    return this.#world.record(encodeTlvs([
      ...cookie === undefined ? [] : [namedTlv("COOKIE", cookie)],
      namedTlv("ENCRYPTED_SYMMETRIC_KEY", rsaKey.encrypt(new TextEncoder().encode(text), random)),
      this.#seal(this.#key, 0n, [
        ...helloTlvs(name, features),
        ...asksForTokens ? [token] : [],
      ]),
    ]));
  }

  /** Makes a message of some bytes beyond its mark; the same once more when its number was used. */
  message(numbering: Numbering, bytes: number, isRoaming: boolean): Recorded[] {
    const key = this.#key;
    const sequence = this.#number(numbering);
    const message = key && this.#world.oracle.message(key, sequence);
    if (key === undefined || message === undefined) return [];
    const payload = new Uint8Array(message.mark.byteLength + bytes);
    payload.set(message.mark);
    const sealed = this.#seal(key, sequence, messageTlvs(TYPES.MESSAGE, payload));
    if (bytes < LONG_BYTES) {
      const datagram = encodeTlvs([...sessionId(key, isRoaming), sealed]);
      return [this.#world.record(datagram, { key, sequence, message })];
    }
    const messageId = this.#world.random.uint32();
    return fragmentDatagrams(TYPES.FRAGMENT, messageId, sealed.value, 1_200)
      .map((datagram) => this.#world.record(datagram, { key, sequence: 0n, message }));
  }

  /** Makes a token of anything but a message. */
  token(numbering: Numbering, tlvs: readonly Tlv[], isRoaming: boolean): Recorded[] {
    const key = this.#key;
    const sequence = this.#number(numbering);
    if (key === undefined || key.numbered.get(sequence) !== undefined) return [];
    if (sequence !== 0n) key.numbered.set(sequence, undefined);
    if (tlvs.some(({ type }) => type === TYPES.NACK)) key.hasAsked = true;
    const sealed = this.#seal(key, sequence, tlvs);
    const datagram = encodeTlvs([...sessionId(key, isRoaming), sealed]);
    // What only relays say is refused, and its number is not taken.
    const taken = tlvs.some(({ type }) => RELAY_TYPES.has(type)) ? 0n : sequence;
    return [this.#world.record(datagram, { key, sequence: taken, message: undefined })];
  }

  #number(numbering: Numbering): bigint {
    if (numbering === "none") return 0n;
    if (numbering === "last") return 2n ** 64n - 1n;
    this.#sequence += { next: 1n, skip: 2n, same: 0n, far: 500n }[numbering];
    return this.#sequence;
  }

  #seal({ fernet }: KeyRecord, sequence: bigint, tlvs: readonly Tlv[]): Tlv {
    const { clock, random } = this.#world;
    const number = sequence === 0n ? [] : [namedTlv("CLIENT_SEQUENCE", encodeU64(sequence))];
    const now = Math.floor(clock.now.unixMs / 1000);
    const value = fernet.encrypt(encodeTlvs([...number, ...tlvs]), { now, iv: random.bytes(16) });
    return { type: TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE, value };
  }
}

function sessionId({ session }: KeyRecord, isRoaming: boolean): Tlv[] {
  if (!isRoaming || session === undefined) return [];
  return [namedTlv("SESSION_ID", Uint8Array.fromHex(session.sessionId))];
}

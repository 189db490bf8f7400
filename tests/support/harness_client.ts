import { Fernet } from "../../src/crypto/fernet.ts";
import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import { encodeClientHello, PROTOCOL_VERSION } from "../../src/wire/client_hello.ts";
import { Feature } from "../../src/wire/features.ts";
import { decodeFragment, fragmentDatagrams } from "../../src/wire/fragment.ts";
import { joinMessage, messageTlvs } from "../../src/wire/message.ts";
import { Reassembly } from "../../src/wire/reassembly.ts";
import { reassemblyLimits, ReassemblyPool } from "../../src/wire/reassembly_pool.ts";
import {
  decodeRegistrationAccepted,
  type RegistrationAccepted,
} from "../../src/wire/registration_accepted.ts";
import { decodeTlvs, encodeTlvs, findTlv, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { describeTlvs } from "./describe_tlvs.ts";
import { GroupReader } from "./group_reader.ts";
import type { FakeClock } from "./fake_clock.ts";
import type { FakeRsaKey } from "./fake_rsa_key.ts";
import { namedTlv } from "./named_tlv.ts";
import type { SeededRandom } from "./seeded_random.ts";

const TYPES = DEFAULT_TLV_TYPES;

/** What a harness client lives in. */
export interface HarnessClientWorld {
  readonly clock: FakeClock;
  readonly random: SeededRandom;
  /** The relay's key of the moment. */
  readonly rsaKey: FakeRsaKey;
  /** Carries a datagram to the relay. */
  send(datagram: Uint8Array, from: Endpoint): void;
}

/** A client of the base protocol that does nothing by itself: a test sends and looks. */
export class HarnessClient {
  /** Where it is; `RelayHarness.relocate` moves it. */
  endpoint: Endpoint;
  /** What the relay said when it registered this client last. */
  accepted: RegistrationAccepted | undefined;
  /** SERIES_ID beside that. */
  seriesId: Uint8Array | undefined;
  /** What it has of the group: the keys that came, if any did. */
  readonly group = new GroupReader();
  readonly #world: HarnessClientWorld;
  /** The keys of its registrations, the newest first. */
  readonly #keys: Fernet[] = [];
  readonly #reassembly = new Reassembly(
    new ReassemblyPool(reassemblyLimits(128 * 1024 * 1024, 10_000)),
    "",
  );
  #messageId = 0;
  #datagrams: Uint8Array[] = [];
  #heard: string[] = [];
  #payloads: Uint8Array[] = [];

  /** @param world What it lives in. @param endpoint Its address. */
  constructor(world: HarnessClientWorld, endpoint: Endpoint) {
    this.#world = world;
    this.endpoint = endpoint;
  }

  /** `ip:port` */
  get address(): string {
    return formatEndpoint(this.endpoint);
  }

  /** Session id of its last registration, 16 hexadecimal digits. */
  get sessionId(): string {
    return this.accepted?.sessionId.toHex() ?? "";
  }

  /** Its newest key. */
  get fernet(): Fernet {
    const [fernet] = this.#keys;
    if (fernet === undefined) throw new Error("This client never made a key");
    return fernet;
  }

  /** Makes a new key, and a registration with it: the key block, then a token for each hello. */
  registration(...hellos: readonly (readonly Tlv[])[]): Uint8Array {
    const { random, rsaKey } = this.#world;
    const key = Fernet.generateKeyFrom(random.bytes(32));
    this.#keys.unshift(new Fernet(key));
    const block = rsaKey.encrypt(new TextEncoder().encode(key), random);
    return encodeTlvs([
      namedTlv("ENCRYPTED_SYMMETRIC_KEY", block),
      ...hellos.map((tlvs) => namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", this.seal(tlvs))),
    ]);
  }

  /** Registers with its key alone. Returns the datagram that it sent. */
  register(): Uint8Array {
    return this.sendDatagram(this.registration());
  }

  /** Registers with a hello that gives a client name. Returns the datagram that it sent. */
  registerAs(name: string): Uint8Array {
    return this.sendDatagram(this.registration(helloTlvs(name)));
  }

  /** Registers with a hello that asks for reliable delivery. Returns the datagram that it sent. */
  registerReliable(name?: string): Uint8Array {
    return this.sendDatagram(this.registration(helloTlvs(name, Feature.RELIABLE_DELIVERY)));
  }

  /** Registers with a hello that asks for group delivery. Returns the datagram that it sent. */
  registerInGroup(name?: string, features: number = Feature.GROUP_DELIVERY): Uint8Array {
    return this.sendDatagram(this.registration(helloTlvs(name, features)));
  }

  /** Seals TLVs under its newest key, `ageSeconds` ago by the relay's clock. */
  seal(tlvs: readonly Tlv[], { ageSeconds = 0 } = {}): Uint8Array {
    const { clock, random } = this.#world;
    const now = Math.floor(clock.now.unixMs / 1000) - ageSeconds;
    return this.fernet.encrypt(encodeTlvs(tlvs), { now, iv: random.bytes(16) });
  }

  /** Sends bytes as they are, and returns them. */
  sendDatagram(datagram: Uint8Array): Uint8Array {
    this.#world.send(datagram, this.endpoint);
    return datagram;
  }

  /** Sends TLVs in the clear, as one datagram. Returns the datagram. */
  sendOuter(...tlvs: readonly Tlv[]): Uint8Array {
    return this.sendDatagram(encodeTlvs(tlvs));
  }

  /** Sends TLVs sealed, as one token in one datagram of any length. Returns the datagram. */
  sendSealed(...tlvs: readonly Tlv[]): Uint8Array {
    return this.sendToken(this.seal(tlvs));
  }

  /** Sends a token in one datagram of any length. Returns the datagram. */
  sendToken(token: Uint8Array): Uint8Array {
    return this.sendOuter(namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", token));
  }

  /** Sends a message that fits one datagram. Returns the datagram. */
  say(text: string, sequence?: bigint): Uint8Array {
    return this.sendSealed(
      ...(sequence === undefined ? [] : [namedTlv("CLIENT_SEQUENCE", encodeU64(sequence))]),
      namedTlv("MESSAGE", text),
    );
  }

  /** Sends TLVs sealed, in a datagram that begins with SESSION_ID. Returns the datagram. */
  sendRoaming(...tlvs: readonly Tlv[]): Uint8Array {
    return this.sendOuter(
      namedTlv("SESSION_ID", Uint8Array.fromHex(this.sessionId)),
      namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", this.seal(tlvs)),
    );
  }

  /**
   * Seals a message of any length and cuts it into the datagrams of its fragments.
   *
   * @param messageId When it is not given, they are counted from 0.
   */
  fragments(
    payload: Uint8Array,
    { messageId = this.#messageId++, budgetBytes = 1_200 } = {},
  ): Uint8Array[] {
    return this.fragmentsOf(messageTlvs(TYPES.MESSAGE, payload), { messageId, budgetBytes });
  }

  /** As `fragments`, but of a token of any TLVs. */
  fragmentsOf(
    tlvs: readonly Tlv[],
    { messageId = this.#messageId++, budgetBytes = 1_200 } = {},
  ): Uint8Array[] {
    return fragmentDatagrams(TYPES.FRAGMENT, messageId, this.seal(tlvs), budgetBytes);
  }

  /** Takes a datagram of the relay; called by the harness. */
  accept(datagram: Uint8Array): void {
    this.#datagrams.push(datagram);
    const outer = decodeTlvs(datagram);
    const others: Tlv[] = [];
    for (const tlv of outer) {
      if (tlv.type === TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE) this.#acceptToken(tlv.value);
      else if (tlv.type === TYPES.FRAGMENT) this.#acceptFragment(tlv.value);
      else if (this.group.isOwn(tlv)) this.#acceptGroup(tlv);
      else others.push(tlv);
    }
    if (others.length > 0) this.#heard.push(describeTlvs(others));
  }

  /** Takes a datagram that was sent to the group by multicast; hears it once it knows where. */
  acceptFromGroup(datagram: Uint8Array): void {
    if (this.group.address !== undefined) this.accept(datagram);
  }

  /**
   * What came since the last call, one line a token (in braces) or datagram in the clear. Before a
   * token of the group stands its epoch: `group 2 {MESSAGE hi}`.
   */
  heard(): string[] {
    const heard = this.#heard;
    this.forget();
    return heard;
  }

  /** The payloads of the messages that came since the last call. */
  payloads(): Uint8Array[] {
    const payloads = this.#payloads;
    this.forget();
    return payloads;
  }

  /** The datagrams that came since the last call. */
  datagrams(): Uint8Array[] {
    const datagrams = this.#datagrams;
    this.forget();
    return datagrams;
  }

  /** Forgets what came so far. */
  forget(): void {
    this.#heard = [];
    this.#payloads = [];
    this.#datagrams = [];
  }

  #acceptFragment(value: Uint8Array): void {
    const { clock } = this.#world;
    const result = this.#reassembly.add(decodeFragment(value), clock.now.monotonicMs);
    if (result.state === "complete") this.#acceptToken(result.token);
  }

  #acceptGroup(tlv: Tlv): void {
    const heard = this.group.read(tlv, this.#world.clock.now.monotonicMs);
    if (heard === undefined) return;
    const { epoch, tlvs } = heard;
    this.#heard.push(`group ${epoch} {${tlvs === undefined ? "unreadable" : describeTlvs(tlvs)}}`);
    const payload = joinMessage(TYPES.MESSAGE, tlvs ?? []);
    if (payload !== undefined) this.#payloads.push(payload.slice());
  }

  #acceptToken(token: Uint8Array): void {
    const tlvs = this.#open(token);
    if (tlvs === undefined) return void this.#heard.push("{unreadable}");
    this.#heard.push(`{${describeTlvs(tlvs)}}`);
    const payload = joinMessage(TYPES.MESSAGE, tlvs);
    if (payload !== undefined) this.#payloads.push(payload.slice());
    const groupKey = findTlv(tlvs, TYPES.GROUP_KEY);
    if (groupKey !== undefined) this.group.learn(groupKey);
    const accepted = findTlv(tlvs, TYPES.REGISTRATION_ACCEPTED);
    if (accepted === undefined) return;
    this.accepted = decodeRegistrationAccepted(accepted);
    this.seriesId = findTlv(tlvs, TYPES.SERIES_ID)?.slice();
  }

  #open(token: Uint8Array): Tlv[] | undefined {
    for (const fernet of this.#keys) {
      const opened = fernet.open(token);
      const plaintext = opened.ok ? opened.plaintext() : undefined;
      if (plaintext !== undefined) return decodeTlvs(plaintext);
    }
    return undefined;
  }
}

/** The TLVs of a hello: CLIENT_HELLO, and CLIENT_NAME when a name is given. */
export function helloTlvs(name?: string, features = 0): Tlv[] {
  const hello = encodeClientHello({ version: PROTOCOL_VERSION, features });
  const tlvs = [namedTlv("CLIENT_HELLO", hello)];
  return name === undefined ? tlvs : [...tlvs, namedTlv("CLIENT_NAME", name)];
}

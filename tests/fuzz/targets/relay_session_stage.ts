import { assert, assertEquals } from "@std/assert";
import { Fernet } from "../../../src/crypto/fernet.ts";
import { type Endpoint, formatEndpoint } from "../../../src/session/endpoint.ts";
import { encodeTlvs, type Tlv } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../../src/wire/u64.ts";
import { helloTlvs } from "../../support/harness_client.ts";
import { namedTlv } from "../../support/named_tlv.ts";
import { Bystander } from "./relay_bystander.ts";
import { HOSTILE_PLACES, hostileAt } from "./relay_hostile_places.ts";
import { RelayLedger } from "./relay_ledger.ts";
import type { SessionOptions, SessionStep } from "./relay_session_steps.ts";
import {
  type Sealing,
  type Spoiling,
  spoiltDatagram,
  spoiltDatagrams,
  spoiltToken,
} from "./relay_spoiling.ts";
import { WatchedHarness } from "./relay_watched_harness.ts";

const TYPES = DEFAULT_TLV_TYPES;
const MAX_CLIENTS = 6;
const HISTORY_BYTES = 60_000;

/** Beyond that a client that says nothing is removed; bystanders say something before. */
const QUIET_MS = 40_000;

/** A hostile client: it keeps to no rule, but it can't break a cipher. */
interface Mallory {
  readonly endpoint: Endpoint;
  readonly key: Fernet | undefined;
  readonly sessionId: string | undefined;
  /** The last CLIENT_SEQUENCE that it counted. */
  sequence: bigint;
}

type Step<Name extends SessionStep["step"]> = Extract<SessionStep, { step: Name }>;

/** A relay, two clients that keep to the rules and talk, and three that don't. */
export class SessionStage {
  readonly relay: WatchedHarness;
  readonly alice: Bystander;
  readonly bob: Bystander;
  readonly #ledger = new RelayLedger();
  readonly #mallories: Mallory[] = [];
  /** What was on the network. */
  readonly #recorded: Uint8Array[] = [];
  #made = 0;
  /** Then what has no numbers may be refused: it can't be told from what came before. */
  #wasSetBack = false;

  /** @param seed Of all randomness. @param options What the relay is like. */
  constructor(seed: number, options: SessionOptions) {
    this.relay = new WatchedHarness({
      ...options,
      maxClients: MAX_CLIENTS,
      maxMessageBytes: 60_000,
      historyBytes: HISTORY_BYTES,
    }, seed);
    this.alice = this.#bystander("alice", 5_001);
    this.bob = this.#bystander("bob", 5_002);
    this.alice.isNumbered = true;
    for (const place of [0, 2, 4]) {
      this.#mallories.push({
        endpoint: hostileAt(place),
        key: undefined,
        sessionId: undefined,
        sequence: 0n,
      });
    }
    const spoiling = { layer: "none" } as const;
    for (const who of [0, 1]) {
      this.happen({ step: "register", who, features: who === 0 ? 1 : 3, extra: [], spoiling });
    }
    this.relay.run(1_000);
  }

  /** Lets one thing happen. */
  happen(it: SessionStep): void {
    switch (it.step) {
      case "register":
        return this.#register(it);
      case "say":
        return this.#say(it);
      case "seal":
        return this.#seal(it, it.tlvs);
      case "clear":
        return this.#sendClear(it);
      case "replay":
        return this.#replay(it);
      case "talk":
        return this.#talk();
      case "time":
        return this.#pass(it.ms, it.isSilent);
      case "clock":
        return this.#setClock(it.ms);
      case "rsa":
        this.relay.holdsRsa = it.isHeld;
        return it.isHeld ? undefined : this.#answerRsa();
      case "operate":
        return this.#operate(it);
      default:
        return it satisfies never;
    }
  }

  /** Lets all come to its end, and checks what must hold then. */
  finish(): void {
    this.relay.holdsRsa = false;
    this.#answerRsa();
    this.#talk();
    this.#pass(5_000);
    this.#talk();
    this.#pass(1_000);
    this.#checkTalk(this.alice, this.bob, "alice");
    if (!this.#wasSetBack) this.#checkTalk(this.bob, this.alice, "bob");
    this.check();
    const hourMs = 3_600_000;
    this.relay.run(hourMs);
    for (const name of ["clients", "fragments.unfinished_bytes", "reliable.held_bytes"]) {
      assertEquals(this.relay.stat(name), 0, `${name} after all have gone`);
    }
    // Whoever set the clock back may have tokens and cookies wait for longer.
    this.relay.run(12 * hourMs);
    assertEquals(this.relay.core.nextDeadline(), undefined, "a deadline with nobody there");
  }

  /** Checks what must hold at any time. */
  check(): void {
    this.relay.checkCounters(MAX_CLIENTS, HISTORY_BYTES);
  }

  #checkTalk(speaker: Bystander, listener: Bystander, name: string): void {
    const said = Array.from({ length: speaker.said }, (_, index) => `${name} ${index + 1}`);
    assertEquals(listener.heardOfOther, said, `what ${name} said`);
  }

  #bystander(name: string, port: number): Bystander {
    const { relay } = this;
    const endpoint = { hostname: "127.0.0.1", port };
    const bystander = relay.add(new Bystander(name, relay, endpoint, this.#ledger));
    for (let tries = 0; tries < 2 && bystander.accepted === undefined; tries++) {
      const cookie = relay.cookies.get(bystander.address);
      const registration = bystander.registration(helloTlvs(name));
      const before = cookie === undefined ? [] : [namedTlv("COOKIE", cookie)];
      this.#record(
        bystander.sendDatagram(Uint8Array.from([...encodeTlvs(before), ...registration])),
      );
    }
    assert(bystander.accepted !== undefined, `${name} was not let in`);
    return bystander;
  }

  #mallory({ who }: { who: number }): Mallory {
    const mallory = this.#mallories[who % this.#mallories.length];
    assert(mallory !== undefined);
    return mallory;
  }

  #register(it: Step<"register">): void {
    const mallory = this.#mallory(it);
    const { relay } = this;
    const text = Fernet.generateKeyFrom(relay.random.bytes(32));
    const key = new Fernet(text);
    const block = relay.rsaKey.encrypt(new TextEncoder().encode(text), relay.random);
    const name = it.who === 0 ? undefined : `mallory ${it.who}`;
    const hello = [...helloTlvs(name, it.features), ...it.extra];
    const address = formatEndpoint(mallory.endpoint);
    const cookie = relay.cookies.get(address);
    const tlvs = [
      ...cookie === undefined ? [] : [namedTlv("COOKIE", cookie)],
      namedTlv("ENCRYPTED_SYMMETRIC_KEY", block),
      namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", this.#token(key, hello, it.spoiling)),
    ];
    this.#send(spoiltDatagram(tlvs, it.spoiling), mallory.endpoint);
    const { session } = relay.core.client(address, relay.clock.now) ?? {};
    // If it was not let in, its former session goes on.
    if (session === mallory.sessionId && !relay.holdsRsa) return;
    this.#mallories[it.who] = { ...mallory, key, sessionId: session, sequence: 0n };
  }

  #say(it: Step<"say">): void {
    const text = `mallory ${++this.#made} `.padEnd(it.bytes, ".");
    const sequence = this.#number(it);
    const number = sequence === undefined ? [] : [namedTlv("CLIENT_SEQUENCE", encodeU64(sequence))];
    const message = new TextEncoder().encode(text);
    const parts = [message.subarray(0, 0xffff), message.subarray(0xffff)]
      .filter((part, index) => index === 0 || part.byteLength > 0);
    this.#seal(it, [...number, ...parts.map((part) => namedTlv("MESSAGE", part))]);
  }

  #number({ who, sequence }: Step<"say">): bigint | undefined {
    const mallory = this.#mallory({ who });
    if (sequence === "next") mallory.sequence++;
    return sequence === "next" || sequence === "same" ? mallory.sequence : sequence;
  }

  #seal(
    it: { who: number; from: number | undefined; spoiling: Spoiling },
    tlvs: readonly Tlv[],
  ): void {
    const mallory = this.#mallory(it);
    const { key, sessionId } = mallory;
    if (key === undefined) return;
    const roams = it.from !== undefined && sessionId !== undefined;
    const before = roams ? [namedTlv("SESSION_ID", Uint8Array.fromHex(sessionId))] : [];
    const token = this.#token(key, tlvs.map((tlv) => this.#pointed(tlv)), it.spoiling);
    const from = it.from === undefined ? mallory.endpoint : hostileAt(it.from);
    const messageId = this.relay.random.uint32();
    for (const datagram of spoiltDatagrams(before, token, messageId, it.spoiling)) {
      this.#send(datagram, from);
    }
  }

  /** Has a FRAGMENT_NACK name a message that there was. */
  #pointed(tlv: Tlv): Tlv {
    const { messageIds } = this.relay;
    if (tlv.type !== TYPES.FRAGMENT_NACK || tlv.value.byteLength < 4) return tlv;
    const value = tlv.value.slice();
    const view = new DataView(value.buffer);
    view.setUint32(0, messageIds[view.getUint32(0) % messageIds.length] ?? 0);
    return { ...tlv, value };
  }

  #token(fernet: Fernet, tlvs: readonly Tlv[], spoiling: Spoiling): Uint8Array {
    const sealing: Sealing = {
      fernet,
      nowSeconds: Math.floor(this.relay.clock.now.unixMs / 1_000),
      random: this.relay.random,
      onSealed: (plaintext) => this.#ledger.seal("mallory", plaintext),
    };
    return spoiltToken(tlvs, sealing, spoiling);
  }

  /** Anyone can forge an address; only what begins a session is as good as its owner's word. */
  #sendClear({ from, tlvs }: Step<"clear">): void {
    const victim = [this.alice, this.bob][from - HOSTILE_PLACES];
    const clear = victim === undefined
      ? tlvs
      : tlvs.filter(({ type }) => type !== TYPES.ENCRYPTED_SYMMETRIC_KEY);
    this.#send(encodeTlvs(clear), victim?.endpoint ?? hostileAt(from));
  }

  #replay({ which, from }: Step<"replay">): void {
    const datagram = this.#recorded[which % this.#recorded.length];
    if (datagram !== undefined) this.relay.send(datagram, hostileAt(from));
  }

  /** Both say something, and as eavesdroppers do, what they said is sent once more. */
  #talk(): void {
    for (const bystander of [this.alice, this.bob]) {
      const datagram = bystander.talk();
      this.#record(datagram);
      this.relay.send(datagram, bystander.endpoint);
    }
  }

  #pass(ms: number, isSilent = true): void {
    for (let leftMs = ms; leftMs >= 0; leftMs -= QUIET_MS) {
      for (const bystander of [this.alice, this.bob]) {
        bystander.sendOuter(namedTlv("KEEP_ALIVE"));
      }
      for (const { endpoint } of isSilent ? [] : this.#mallories) {
        this.relay.send(encodeTlvs([namedTlv("KEEP_ALIVE")]), endpoint);
      }
      this.relay.run(Math.min(leftMs, QUIET_MS));
    }
    this.check();
  }

  #setClock(ms: number): void {
    const { clock } = this.relay;
    clock.setUnixMs(clock.now.unixMs + ms);
    this.#wasSetBack ||= ms < 0;
  }

  #operate({ command, who }: Step<"operate">): void {
    const { relay, relay: { core, clock: { now } } } = this;
    const { hostname } = this.#mallory({ who }).endpoint;
    if (command === "rotate") return relay.rotateKey();
    if (command === "kick") return relay.carryOut(core.kick(`mallory ${who}`, "", now) ?? []);
    relay.carryOut(core.ban(hostname, now.unixMs + 5_000, now).effects);
  }

  #answerRsa(): void {
    while (this.relay.rsaJobs.length > 0) this.relay.answerRsa();
  }

  #send(datagram: Uint8Array, from: Endpoint): void {
    this.#record(datagram);
    this.relay.send(datagram, from);
  }

  #record(datagram: Uint8Array): void {
    this.#recorded.push(datagram.slice());
  }
}

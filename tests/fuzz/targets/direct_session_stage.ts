import { assert, assertLessOrEqual } from "@std/assert";
import { MAX_WAITING_ANSWERS } from "../../../src/direct/answers.ts";
import { CLIENT_WORK_LIMITS, STRANGER_WORK_LIMITS } from "../../../src/direct/work_queue.ts";
import { keyRequest } from "../../../src/wire/direct_frame.ts";
import { encodeTlvs, type Tlv } from "../../../src/wire/tlv.ts";
import { DirectHarness } from "../../support/direct_harness.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { DirectLedger, type Said } from "./direct_session_ledger.ts";
import { DirectPerson, type SentDatagram } from "./direct_session_person.ts";
import type { DirectStep, Spoil, Way } from "./direct_session_steps.ts";
import { carried, MODULUS_BYTES } from "./direct_session_way.ts";
import { editBytes } from "./file_byte_edits.ts";

const PLAIN_PIECE_BYTES = MODULUS_BYTES - 66;
const PEOPLE = 5;
/** How many of the people have sent a key. */
const CLIENTS = 2;
const MAX_CLIENTS = 3;
const DECRYPTIONS = 2;
/** A request for the key without padding. */
const SHORTEST_ASK_BYTES = 12;
/** More than the age of a token and the skew of clocks. */
const AGE_MS = 200_000;

/** What somebody sends; all else changes the world around them. */
type TrafficType =
  | "say"
  | "sayParts"
  | "again"
  | "whole"
  | "junk"
  | "key"
  | "ask"
  | "flood"
  | "newFernetKey";

/** A server, people who talk to it and spoil each other's datagrams, and what must hold meanwhile. */
export class DirectSessionStage {
  readonly harness: DirectHarness;
  readonly #people: readonly DirectPerson[];
  readonly #ledger = new DirectLedger();
  readonly #sent: SentDatagram[] = [];
  /** The datagrams of each body. */
  readonly #bodies: (readonly SentDatagram[])[] = [];
  #messages = 0;
  #hasOperatorSpoken = false;
  #latestUnixMs = 0;
  readonly #startMs: number;

  constructor() {
    const harness = new DirectHarness({
      serverModulusBytes: MODULUS_BYTES,
      rsaConcurrency: DECRYPTIONS,
      maxClients: MAX_CLIENTS,
    });
    this.harness = harness;
    this.#startMs = harness.clock.now.monotonicMs;
    this.#people = Array.from({ length: PEOPLE }, () => new DirectPerson(harness));
    for (const person of this.#people.slice(0, CLIENTS)) this.#send(person, person.key);
    harness.carry = (datagram, to) => {
      const person = this.#people.find(({ client }) => client.endpoint.port === to.port);
      assert(person !== undefined, "A datagram goes to nobody");
      person.accept(datagram);
    };
    const { held } = harness;
    held.add("import_key").add("decrypt_block").add("encrypt_blocks").add("verify_signature");
  }

  /** Has something happen. */
  happen(it: DirectStep): void {
    switch (it.type) {
      case "say":
        return this.#say(this.#person(it.from), it);
      case "sayParts":
        return this.#sayParts(this.#person(it.from), it.count, it.way);
      case "again":
        return this.#again(this.#person(it.from), it.which);
      case "whole":
        return this.#sendWhole(this.#person(it.from), it.which);
      case "junk":
        return this.#sendOdd(it.from, it.bytes);
      case "key":
        return this.#sendOdd(it.from, editBytes(this.#person(it.from).key.datagram, it.edits));
      case "ask":
        return this.#sendOdd(it.from, keyRequest().slice(0, it.bytes));
      case "flood":
        return this.#flood(it);
      case "newFernetKey":
        return this.#person(it.from).changeFernetKey();
      default:
        return this.#change(it);
    }
  }

  #change(it: Exclude<DirectStep, { readonly from: number; readonly type: TrafficType }>): void {
    const { harness } = this;
    switch (it.type) {
      case "rsa":
        return harness.jobs.length > 0 ? harness.doJob(it.which % harness.jobs.length) : undefined;
      case "time":
        return harness.run(it.ms);
      case "wallClock":
        this.#latestUnixMs = Math.max(this.#latestUnixMs, harness.clock.now.unixMs);
        return harness.clock.setUnixMs(harness.clock.now.unixMs + it.ms);
      case "reader":
        harness.readerHasRoom = it.hasRoom;
        return;
      case "sendTo":
        return this.#sendTo(this.#person(it.to).client.address, it.bytes);
      case "kick": {
        const { address } = this.#person(it.from).client;
        return harness.carryOut(harness.core.kick(address, "", harness.clock.now) ?? []);
      }
      default:
        return it satisfies never;
    }
  }

  /** Asserts what must hold at any time. */
  assertSound(): void {
    const { harness } = this;
    const stat = (path: string) => harness.stat(path);
    assertLessOrEqual(stat("rsa.running"), DECRYPTIONS);
    assertLessOrEqual(stat("clients"), MAX_CLIENTS);
    assertLessOrEqual(
      stat("rsa.waiting"),
      CLIENT_WORK_LIMITS.totalItems + STRANGER_WORK_LIMITS.totalItems,
    );
    assertLessOrEqual(stat("answers.waiting"), MAX_WAITING_ANSWERS);
    assert(stat("drops.internal_error") === 0);
    const { monotonicMs } = harness.clock.now;
    for (const message of harness.messages.splice(0)) this.#ledger.handOver(message, monotonicMs);
    for (const person of this.#people) person.assertHonestAnswers(this.#ledger);
    // What an operator sends is no answer.
    if (this.#hasOperatorSpoken) return;
    const seconds = (monotonicMs - this.#startMs) / 1_000;
    for (const person of this.#people) person.assertNoAmplification(seconds);
  }

  /** Lets all that is under way come to its end, and asserts that others are served then. */
  finish(): void {
    const { harness } = this;
    harness.readerHasRoom = true;
    harness.doJobs();
    harness.held.clear();
    harness.tick();
    this.assertSound();
    assert(harness.stat("rsa.waiting") + harness.stat("rsa.waiting_bytes") === 0);
    assert(harness.stat("rsa.running") + harness.stat("answers.waiting") === 0);
    harness.carry = undefined;
    this.#passAllTimes();
    const newcomer = harness.client();
    newcomer.send(newcomer.plain("plain"), newcomer.hybrid("hybrid", { sequence: 1n }));
    const [texts, heard] = [harness.texts().join(), newcomer.heard().join()];
    assert(texts === "plain,hybrid" && heard === "{ACK},{ACK}", `${texts} and ${heard}`);
    harness.run(2 * 3_600_000);
    assert(harness.stat("clients") === 0 && harness.core.nextDeadline() === undefined);
    assert(harness.stat("fragments.unfinished_bytes") === 0);
    assert(harness.stat("transfers.unfinished_bytes") === 0);
  }

  /**
   * Sets the clock past all times at which it has been: where a Fernet key was forgotten, new ones take
   * no token of the times at which it had taken some.
   */
  #passAllTimes(): void {
    const { clock } = this.harness;
    const pastMs = this.#latestUnixMs + AGE_MS;
    if (clock.now.unixMs < pastMs) clock.setUnixMs(pastMs);
  }

  #say(person: DirectPerson, it: Extract<DirectStep, { type: "say" }>): void {
    const { form, way } = it;
    const { client } = person;
    const isPlain = form === "plain";
    const text = isPlain ? this.#piecesOf(it.bytes) : this.#textOf(it.bytes);
    const isChanged = way.spoil?.layer === "plaintext" && !isPlain;
    const signedBy = form === "signed" ? client.key.fingerprint : undefined;
    const said: Said = { text, form: isPlain ? "plain" : "hybrid", signedBy, isChanged };
    this.#ledger.say(said);
    if (isPlain) return this.#carry(person, text, client.plain(text), way);
    const options = { isNumbered: form !== "hybrid", isSigned: form === "signed" };
    const body = this.#seal(person, person.content(text, options), way.spoil);
    this.#carry(person, text, body, way);
  }

  #sayParts(person: DirectPerson, count: number, way: Way): void {
    const transferId = this.harness.random.bytes(8);
    const texts = Array.from({ length: count }, () => this.#textOf(30));
    const isChanged = way.spoil?.layer === "plaintext";
    this.#ledger.say({ text: texts.join(""), form: "hybrid", signedBy: undefined, isChanged });
    if (isChanged) this.#ledger.changePart();
    for (const number of new SeededRandom(way.seed).shuffle(texts.map((_, index) => index))) {
      const part = { transferId, number, count };
      const spoil = way.spoil !== undefined && way.spoil.which % count === number
        ? way.spoil
        : undefined;
      const tlvs = person.content(texts[number] ?? "", { isNumbered: true, part });
      // A part is acknowledged before its message is handed over, so its ACK tells nothing.
      this.#carry(person, undefined, this.#seal(person, tlvs, spoil), { ...way, spoil });
    }
  }

  /** A text that no other message has. */
  #textOf(bytes: number): string {
    return `<${++this.#messages}>`.padEnd(bytes, ".");
  }

  /** The same for RSA blocks alone, of which each says what it is a piece of. */
  #piecesOf(bytes: number): string {
    const message = ++this.#messages;
    const pieces = Math.max(1, Math.ceil(bytes / PLAIN_PIECE_BYTES));
    const mark = (piece: number) => `<${message}.${piece}>`;
    const whole = Array.from(
      { length: pieces - 1 },
      (_, piece) => mark(piece).padEnd(PLAIN_PIECE_BYTES, "."),
    );
    return [...whole, mark(pieces - 1).padEnd(bytes % PLAIN_PIECE_BYTES, ".")].join("");
  }

  #seal({ client }: DirectPerson, tlvs: readonly Tlv[], spoil: Spoil | undefined): Uint8Array {
    const plaintext = encodeTlvs(tlvs);
    if (spoil?.layer !== "plaintext") return client.hybridWith(plaintext);
    const changed = editBytes(plaintext, spoil.edits);
    this.#ledger.sayChanged(changed);
    return client.hybridWith(changed);
  }

  #carry(person: DirectPerson, said: string | undefined, body: Uint8Array, way: Way): void {
    const text = way.spoil === undefined ? said : undefined;
    const datagrams = carried(person.client, body, way).map((datagram) => ({ datagram, text }));
    this.#bodies.push(datagrams);
    for (const sent of datagrams) this.#send(person, sent);
  }

  #again(person: DirectPerson, which: number): void {
    const sent = this.#sent[which % Math.max(1, this.#sent.length)];
    if (sent !== undefined) this.#send(person, sent);
  }

  #sendWhole(person: DirectPerson, which: number): void {
    const datagrams = this.#bodies[which % Math.max(1, this.#bodies.length)] ?? [];
    for (const sent of datagrams) this.#send(person, sent);
  }

  #sendOdd(from: number, datagram: Uint8Array): void {
    this.#send(this.#person(from), { datagram, text: undefined });
  }

  #send(person: DirectPerson, sent: SentDatagram): void {
    this.#sent.push(sent);
    person.send(sent);
  }

  #flood({ from, asks, count }: Extract<DirectStep, { type: "flood" }>): void {
    const ask = keyRequest().slice(0, SHORTEST_ASK_BYTES);
    for (let id = 0; id < count; id++) {
      this.#sendOdd(from, asks ? ask : Uint8Array.of(0xff, 0, 0, id, 1, 2));
    }
  }

  #sendTo(address: string, bytes: number): void {
    this.#hasOperatorSpoken = true;
    const { core, clock } = this.harness;
    const result = core.sendTo(address, new Uint8Array(bytes), 1, clock.now);
    if ("effects" in result) this.harness.carryOut(result.effects);
  }

  #person(index: number): DirectPerson {
    const person = this.#people[index % PEOPLE];
    assert(person !== undefined);
    return person;
  }
}

import { assert, assertEquals, assertLess } from "@std/assert";
import { RelayClientError } from "../../../src/client/relay_client_error.ts";
import { formatEndpoint } from "../../../src/session/endpoint.ts";
import { encodeTlvs } from "../../../src/wire/tlv.ts";
import type { ToldEffect, WorldClient } from "../../support/world_client.ts";
import type { MiddleInput, MiddleStep, Tampering } from "./relay_middle_steps.ts";
import { MiddleWorld, type Passage } from "./relay_middle_world.ts";
import { Tamperer } from "./relay_tamperer.ts";

/** The last two are victims; nobody comes between the others and their relay. */
const NAMES = ["alice", "bob", "vic", "wes"] as const;
const BYSTANDERS = 2;

/** Longer than any time-out. */
const RECOVERY_MS = 130_000;

/** How long clients are left alone, to see that they are quiet, seconds. */
const IDLE_SECONDS = 20;

/** How many datagrams a second four clients send at most when nothing is said. */
const IDLE_DATAGRAMS_PER_SECOND = 20;

/** A client, and what it was told. */
interface Person {
  readonly name: string;
  readonly client: WorldClient;
  /** What it said, in order. */
  readonly said: string[];
  /** Messages that it heard, by who said them. */
  readonly heard: Map<string, string[]>;
  /** The next relay sequence that it may be told, if it is to be told them in order. */
  next: bigint;
  /**
   * Whether it is served reliably. Who stands in the way can take the hello out of a registration:
   * then it is registered without a name and without features, and is told so.
   */
  isReliable: boolean;
}

/** Real clients and a real relay, and someone between the victims and the relay. */
export class MiddleStage {
  readonly #world: MiddleWorld;
  readonly #tamperer: Tamperer;
  readonly #people: readonly Person[];
  readonly #input: MiddleInput;
  #tamperings: { left: Tampering; after: number; count: number }[] = [];

  /** @param input What there is; its steps are for `happen()`. */
  constructor(input: MiddleInput) {
    this.#input = input;
    const { seed, mode, isReliable, isInGroup, hasKeys } = input;
    this.#world = new MiddleWorld({
      seed,
      mode,
      passage: (...passing) => this.#pass(...passing),
      onKey: (_client, fernetKey) => hasKeys ? this.#tamperer.learnKey(fernetKey) : undefined,
    });
    const { random, clock } = this.#world;
    this.#tamperer = new Tamperer(random, () => Math.floor(clock.now.unixMs / 1_000));
    this.#people = NAMES.map((name, index) => {
      const isVictim = index >= BYSTANDERS;
      const asksForReliable = !isVictim || isReliable;
      const client = this.#world.client({
        name,
        reliable: asksForReliable,
        groupDelivery: isVictim && isInGroup,
      });
      return { name, client, said: [], heard: new Map(), next: 0n, isReliable: asksForReliable };
    });
    this.#world.run(input.startMs);
  }

  /** Lets one thing happen. */
  happen(it: MiddleStep): void {
    switch (it.step) {
      case "say":
        this.#say(this.#person(it.who), it.bytes);
        break;
      case "tamper": {
        const { after, count } = it.tampering;
        this.#tamperings.push({ left: it.tampering, after, count });
        break;
      }
      case "forge": {
        const datagram = this.#tamperer.forge(it.tlvs);
        if (datagram !== undefined) this.#world.arriveAt(this.#victim(it.who).client, datagram);
        break;
      }
      case "clear":
        this.#world.arriveAt(this.#victim(it.who).client, encodeTlvs(it.tlvs));
        break;
      case "time":
        this.#world.run(it.ms);
        break;
      default:
        it satisfies never;
    }
    this.#listen();
  }

  /** Lets the one in the middle go, and checks what must hold after that. */
  finish(): void {
    this.#tamperings = [];
    this.#world.run(RECOVERY_MS);
    this.#listen();
    for (const person of this.#people) this.#say(person, 0);
    this.#world.run(5_000);
    this.#listen();
    this.#checkHeard();
    const before = this.#world.sentByClients;
    this.#world.run(IDLE_SECONDS * 1_000);
    const perSecond = (this.#world.sentByClients - before) / IDLE_SECONDS;
    assertLess(perSecond, IDLE_DATAGRAMS_PER_SECOND, "datagrams a second of clients that are idle");
    assertEquals(Number(dropsOf(this.#world).internal_error), 0);
  }

  #checkHeard(): void {
    const honest = this.#input.hasKeys ? this.#people.slice(0, BYSTANDERS) : this.#people;
    for (const listener of honest) {
      for (const speaker of honest) if (speaker !== listener) this.#checkPair(speaker, listener);
    }
  }

  #checkPair(speaker: Person, listener: Person): void {
    const { said, isReliable } = speaker;
    const heard = listener.heard.get(speaker.name) ?? [];
    const what = `what ${listener.name} heard of ${speaker.name}`;
    assertEquals(heard.length, new Set(heard).size, `${what}, each once`);
    if (!this.#isBystander(listener)) return;
    if (this.#isBystander(speaker)) assertEquals(heard, said, what);
    if (!isReliable) return;
    assertEquals(heard, said.filter((text) => heard.includes(text)), `${what}, in order`);
    const isThere = speaker.client.core.state !== "closed";
    if (isThere) assertEquals(heard.at(-1), said.at(-1), `${what}, once nobody is in the way`);
  }

  #isBystander({ name }: Person): boolean {
    return name === NAMES[0] || name === NAMES[1];
  }

  #person(who: number): Person {
    const person = this.#people[who % this.#people.length];
    assert(person !== undefined);
    return person;
  }

  #victim(who: number): Person {
    return this.#person(BYSTANDERS + who % (NAMES.length - BYSTANDERS));
  }

  #say({ name, client, said }: Person, bytes: number): void {
    const text = `${name} ${said.length + 1} `.padEnd(bytes, ".");
    try {
      client.send(text);
    } catch (error) {
      if (error instanceof RelayClientError) return;
      throw error;
    }
    said.push(text);
  }

  readonly #pass: Passage = (datagram, client, way, arrive) => {
    if (this.#input.hasKeys) this.#tamperer.overhear(datagram);
    const tampering = this.#tamperings.find(({ left }) =>
      left.way === way && this.#victim(left.who).client === client
    );
    if (tampering === undefined) return arrive(datagram);
    if (tampering.after-- > 0) return arrive(datagram);
    if (--tampering.count <= 0) {
      this.#tamperings = this.#tamperings.filter((each) => each !== tampering);
    }
    const { fate, spoiling } = tampering.left;
    if (fate === "lost") return;
    if (fate === "late") return void this.#late.push(() => arrive(datagram));
    if (fate === "beside" || fate === "twice") arrive(datagram);
    if (fate === "twice") return arrive(datagram);
    for (const spoilt of this.#tamperer.spoil(datagram, spoiling)) arrive(spoilt);
    for (const arriveLate of this.#late.splice(0)) arriveLate();
  };

  /** Datagrams that arrive after others that were sent after them. */
  readonly #late: (() => void)[] = [];

  #listen(): void {
    for (const person of this.#people) {
      for (const event of person.client.told()) this.#hear(person, event);
    }
  }

  #hear(person: Person, event: ToldEffect): void {
    const isBystander = this.#isBystander(person);
    if (event.type === "new_series") person.next = 0n;
    if (event.type === "unreliable") person.isReliable = false;
    if (event.type === "message") {
      const text = new TextDecoder().decode(event.payload);
      const speaker = this.#people.find(({ name, client: { endpoint } }) =>
        event.sender === name || event.sender === formatEndpoint(endpoint)
      );
      const sender = speaker?.name ?? event.sender;
      person.heard.set(sender, [...person.heard.get(sender) ?? [], text]);
      this.#checkNumbers(person, event.relaySequence, event.relaySequence);
      const isTrue = speaker?.said.includes(text) ?? false;
      const mayBeForged = this.#input.hasKeys &&
        !(isBystander && speaker !== undefined && this.#isBystander(speaker));
      assert(isTrue || mayBeForged, `${person.name} was told what ${event.sender} never said`);
    }
    if (event.type === "gap") this.#checkNumbers(person, event.first, event.last);
    const isBad = event.type === "failed" || event.type === "reconnecting" || event.type === "gap";
    assert(!(isBystander && isBad), `${person.name}, who is no victim, was told: ${event.type}`);
  }

  #checkNumbers(person: Person, first: bigint | undefined, last: bigint | undefined): void {
    if (first === undefined || last === undefined) return;
    if (!person.isReliable) return;
    assert(first >= person.next && last >= first, `${person.name}: ${first} after ${person.next}`);
    person.next = last + 1n;
  }
}

function dropsOf(world: MiddleWorld): Readonly<Record<string, unknown>> {
  const { drops } = world.relay.statistics();
  assert(typeof drops === "object");
  return drops;
}

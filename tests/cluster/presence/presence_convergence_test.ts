import { assertEquals } from "@std/assert";
import {
  placeOf,
  PresenceWorld,
  sessionOf,
  type WorldRelay,
} from "../../support/presence_world.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

const NAMES = ["amy", "bob", "zoe", "kim", undefined, undefined];
const TARGETS = ["mallory", "192.0.2.1", "2001:db8::1", "eve"];
const CLOCKS_AHEAD_MS = [0, -20_000, 20_000, 5, -5];

/** A world in which things happen at random, for as long as it is told. */
class Turmoil {
  readonly world: PresenceWorld;
  readonly #random: SeededRandom;
  #sessions = 0;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.world = new PresenceWorld(this.#random, { loss: 0.1, maxDelayMs: 60 });
    const count = 2 + this.#random.below(4);
    for (let index = 0; index < count; index++) this.#start();
  }

  /** The relays that run. */
  get relays(): WorldRelay[] {
    return this.world.relays.filter(({ isOver }) => !isOver);
  }

  happen(turns: number): void {
    for (let turn = 0; turn < turns; turn++) {
      this.#happen();
      this.world.run(this.#random.below(400));
    }
  }

  /** Repairs the network, and lets time pass. */
  calm(): void {
    this.world.conditions = { maxDelayMs: 20 };
    for (const relay of this.relays) {
      relay.side = 0;
      if (!relay.isConnected) relay.connect();
    }
    this.world.run(10_000);
    // The clients of a relay that has gone are waited for as well.
    if (this.relays.length < this.world.relays.length) this.world.run(6_000);
  }

  #start(): void {
    const clockAheadMs = CLOCKS_AHEAD_MS[this.#random.below(CLOCKS_AHEAD_MS.length)];
    this.world.start({ clockAheadMs });
  }

  #happen(): void {
    const { relays } = this;
    const relay = relays[this.#random.below(relays.length)];
    if (relay === undefined) return this.#start();
    const sessions = [...relay.clients.keys()];
    const session = sessions[this.#random.below(sessions.length || 1)];
    const die = this.#random.below(100);
    if (die < 45) this.#join(relay);
    else if (die < 60 && session !== undefined) relay.leave(session);
    else if (die < 65 && session !== undefined) {
      relay.move(session, `192.0.2.200:${++this.#sessions}`);
    } else if (die < 73) relay.ban(this.#target(), this.#random.chance(0.3) ? 8 : undefined);
    else if (die < 80) relay.unban(this.#target());
    else if (die < 84) relay.side = this.#random.below(2);
    else if (die < 88 && relay.isConnected) relay.disconnect();
    else if (die < 92 && !relay.isConnected) relay.connect();
    else if (die < 94 && relays.length > 2) this.#random.chance(0.5) ? relay.stop() : relay.die();
    else if (die < 96 && relays.length < 5) this.#start();
    else if (session !== undefined) relay.replace(session, sessionOf(++this.#sessions));
  }

  /** As the registrar has it: a name that is taken, here or as far as is known elsewhere, is refused. */
  #join(relay: WorldRelay): void {
    const person = this.#random.below(NAMES.length);
    const name = NAMES[person];
    const instance = this.#random.chance(0.7) ? person.toString(16).padStart(32, "0") : undefined;
    const holder = name === undefined ? undefined : relay.core.whoHas(name, relay.now);
    if (holder !== undefined && (instance === undefined || holder.instance !== instance)) return;
    const own = [...relay.clients.values()];
    if (own.some((other) => other.name === name || other.instance === instance)) return;
    const address = `192.0.2.${person}:${5_000 + this.#random.below(3)}`;
    if (own.some((other) => other.address === address)) return;
    relay.join({ sessionId: sessionOf(++this.#sessions), name, instance, address });
  }

  #target(): string {
    return TARGETS[this.#random.below(TARGETS.length)] ?? "";
  }
}

/** All clients, each where it is. */
function placesOf(relays: readonly WorldRelay[], except?: WorldRelay): string[] {
  return relays.filter((relay) => relay !== except)
    .flatMap(({ relayId, clients }) =>
      [...clients.values()].map(({ id, sessionId }) => `${id} ${sessionId} at ${relayId}`)
    ).sort();
}

/** Who is there by what the clients of a relay were told; fails on what was told twice. */
function toldBy({ notices, name }: WorldRelay): string[] {
  const there = new Set<string>();
  for (const notice of notices) {
    const id = notice.slice(1);
    const isJoin = notice.startsWith("+");
    assertEquals(there.has(id), !isJoin, `${name}: ${notice} of ${notices.join(" ")}`);
    if (isJoin) there.add(id);
    else there.delete(id);
  }
  return [...there].sort();
}

function idsOf(relays: readonly WorldRelay[]): string[] {
  const clients = relays.flatMap((relay) => [...relay.clients.values()]);
  return [...new Set(clients.map(({ id }) => id))].sort();
}

const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);

Deno.test("all relays agree on who is where once the network is quiet for 10 s", () => {
  for (const seed of SEEDS) {
    const turmoil = new Turmoil(seed);
    turmoil.happen(60);
    turmoil.calm();
    const { relays } = turmoil;
    for (const relay of relays) {
      const places = relay.core.list().map(placeOf).sort();
      assertEquals(places, placesOf(relays, relay), `seed ${seed}, ${relay.name}`);
      assertEquals(relay.core.relays().every(({ isCurrent }) => isCurrent), true, `seed ${seed}`);
    }
  }
});

Deno.test("no two clients have the same name or instance once the network is quiet", () => {
  for (const seed of SEEDS) {
    const turmoil = new Turmoil(seed);
    turmoil.happen(60);
    turmoil.calm();
    const clients = turmoil.relays.flatMap((relay) => [...relay.clients.values()]);
    for (const key of ["name", "instance"] as const) {
      const values = clients.map((client) => client[key]).filter((value) => value !== undefined);
      assertEquals(values.length, new Set(values).size, `seed ${seed}: ${values.join(" ")}`);
    }
  }
});

Deno.test("clients are told of each other's coming and going in turns, and in the end who is there", () => {
  for (const seed of SEEDS) {
    const turmoil = new Turmoil(seed);
    turmoil.happen(60);
    turmoil.calm();
    for (const relay of turmoil.relays) {
      assertEquals(toldBy(relay), idsOf(turmoil.relays), `seed ${seed}, ${relay.name}`);
    }
  }
});

Deno.test("all relays agree on the bans once the network is quiet for 10 s, and so do their lists", () => {
  for (const seed of SEEDS) {
    const turmoil = new Turmoil(seed);
    turmoil.happen(60);
    turmoil.calm();
    // Until every ban that ends has ended by every clock.
    turmoil.world.run(60_000);
    const { relays } = turmoil;
    const books = relays.map(({ core, now }) => {
      core.bans.expire(now.unixMs);
      return core.bans.records.map((record) => JSON.stringify(record)).sort();
    });
    for (const book of books) assertEquals(book, books[0], `seed ${seed}`);
    for (const { core, banList, now } of relays) {
      const held = banList.list(now.unixMs).map(({ target }) => target).sort();
      assertEquals(held, core.bans.bans.map(({ target }) => target).sort(), `seed ${seed}`);
    }
  }
});

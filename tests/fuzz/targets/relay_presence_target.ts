import { assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { banToJson } from "../../../src/cluster/presence/ban_json.ts";
import { decodePresence } from "../../../src/cluster/presence/presence_codec.ts";
import { tryParseJson } from "../../../src/settings/try_parse_json.ts";
import {
  placeOf,
  PresenceWorld,
  sessionOf,
  type WorldRelay,
} from "../../support/presence_world.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { type ByteEdit, byteEdits, editBytes } from "./file_byte_edits.ts";
import { editJson, type Json, type JsonEdit, jsonEdits } from "./file_json_edits.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

const NAMES = ["amy", "bob", "zoe", undefined];

/** A relay that nobody started: one who has the cluster's key, and another program. */
const GHOST = "fedcba9876543210";

/** Longer than anyone is waited for. */
const CALM_MS = 200_000;

/** How much relays say in a second when nothing happens; each says three times in two that it is there. */
const IDLE_MESSAGES_PER_SECOND = 10;

interface Spoilt {
  readonly json: readonly JsonEdit[];
  readonly bytes: readonly ByteEdit[];
}

/** One thing that happens. `who` is a relay, `which` a client of it. */
type PresenceStep =
  | {
    readonly step: "join";
    readonly who: number;
    readonly name: number;
    readonly isKnown: boolean;
  }
  | { readonly step: "leave" | "kick"; readonly who: number; readonly which: number }
  | { readonly step: "ban" | "unban"; readonly who: number; readonly name: number }
  | { readonly step: "connect" | "disconnect" | "broadcast"; readonly who: number }
  /** The next messages of a relay are spoilt. */
  | { readonly step: "spoil"; readonly who: number; readonly count: number; readonly how: Spoilt }
  /** What was said once comes from another relay, or from none, spoilt. */
  | { readonly step: "ghost"; readonly which: number; readonly as: number; readonly how: Spoilt }
  | { readonly step: "time"; readonly ms: number };

interface PresenceInput {
  readonly seed: number;
  readonly relays: number;
  readonly steps: readonly PresenceStep[];
}

const who = fc.nat({ max: 3 });
const which = fc.nat({ max: 50 });
const name = fc.nat({ max: NAMES.length - 1 });
const how = fc.record({
  json: jsonEdits,
  bytes: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, byteEdits),
});

const step: fc.Arbitrary<PresenceStep> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ step: fc.constant("join"), who, name, isKnown: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ step: fc.constantFrom("leave", "kick"), who, which }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constantFrom("ban", "unban"), who, name }) },
  {
    weight: 1,
    arbitrary: fc.record({ step: fc.constantFrom("connect", "disconnect", "broadcast"), who }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ step: fc.constant("spoil"), who, count: fc.constantFrom(1, 3), how }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ step: fc.constant("ghost"), which, as: fc.nat({ max: 4 }), how }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      step: fc.constant("time"),
      ms: fc.constantFrom(1, 100, 1_000, 3_000, 20_000),
    }),
  },
);

/** Relays of a cluster, of which some say what makes no sense. */
class SpoiltPresence extends PresenceWorld {
  /** What was said. */
  readonly recorded: { readonly from: WorldRelay; readonly payload: Uint8Array }[] = [];
  /** How the next messages of a relay are spoilt, and how many. */
  /** Whether one was changed to another that makes sense: a relay that lies is believed. */
  wasForged = false;
  readonly spoilt = new Map<WorldRelay, { how: Spoilt; left: number }>();

  override publish(from: WorldRelay, payload: Uint8Array): void {
    this.recorded.push({ from, payload });
    const spoiling = this.spoilt.get(from);
    if (spoiling === undefined || spoiling.left-- <= 0) return super.publish(from, payload);
    super.publish(from, this.spoil(payload, spoiling.how));
  }

  /** Spoils a message. */
  spoil(payload: Uint8Array, how: Spoilt): Uint8Array {
    const spoilt = spoil(payload, how);
    const isForged = decodePresence(spoilt) !== undefined && spoilt.toHex() !== payload.toHex();
    this.wasForged ||= isForged;
    return spoilt;
  }
}

function spoil(payload: Uint8Array, { json, bytes }: Spoilt): Uint8Array {
  // Checked: what parses as JSON is JSON.
  const value = tryParseJson(new TextDecoder().decode(payload)) as Json | undefined;
  const spoilt = new TextEncoder().encode(JSON.stringify(editJson(value ?? null, json)));
  return editBytes(spoilt, bytes);
}

/** What happens among relays. */
class PresencePlay {
  readonly #world: SpoiltPresence;
  #sessions = 0;

  constructor({ seed, relays }: PresenceInput) {
    this.#world = new SpoiltPresence(new SeededRandom(seed), { maxDelayMs: 20 });
    for (let count = 0; count < relays; count++) this.#world.start();
    this.#world.run(1_000);
  }

  happen(it: PresenceStep): void {
    switch (it.step) {
      case "time":
        return this.#world.run(it.ms);
      case "spoil":
        return void this.#world.spoilt.set(this.#relay(it), { how: it.how, left: it.count });
      case "ghost":
        return this.#ghost(it);
      case "join":
        return this.#join(this.#relay(it), it);
      default:
        return this.#operate(this.#relay(it), it);
    }
  }

  /** Lets all speak the truth, and checks that all come to know it. */
  finish(): void {
    const { relays } = this.#world;
    this.#world.spoilt.clear();
    for (const relay of relays) if (!relay.isConnected) relay.connect();
    this.#world.run(CALM_MS);
    const saidBefore = this.#world.said;
    this.#world.run(10_000);
    assertLess((this.#world.said - saidBefore) / 10 / relays.length, IDLE_MESSAGES_PER_SECOND);
    const [first] = relays;
    for (const relay of relays) {
      const places = relay.core.list().map(placeOf).sort();
      assertEquals(relay.core.relays().length, relays.length - 1, "no ghosts");
      if (this.#world.wasForged) continue;
      assertEquals(places, placesOf(relays, relay), `what ${relay.name} knows`);
      assertEquals(bansOf(relay), first && bansOf(first), "all know the same bans");
    }
  }

  #relay({ who }: { readonly who: number }): WorldRelay {
    const { relays } = this.#world;
    const relay = relays[who % relays.length];
    if (relay === undefined) throw new RangeError("No relay was started");
    return relay;
  }

  #ghost({ which, as, how }: Extract<PresenceStep, { step: "ghost" }>): void {
    const { recorded, relays } = this.#world;
    const said = recorded[which % recorded.length];
    if (said === undefined) return;
    const { payload } = said;
    const from = relays[as]?.relayId ?? GHOST;
    // One relay's word in the name of another is a lie as well.
    this.#world.wasForged ||= from !== GHOST && from !== said.from.relayId;
    for (const relay of relays) {
      relay.carryOut(relay.core.receive(from, this.#world.spoil(payload, how), relay.now));
    }
  }

  #join(relay: WorldRelay, it: { readonly name: number; readonly isKnown: boolean }): void {
    const name = NAMES[it.name];
    const instance = it.isKnown ? it.name.toString(16).padStart(32, "0") : undefined;
    const holder = name === undefined ? undefined : relay.core.whoHas(name, relay.now);
    if (holder !== undefined && (instance === undefined || holder.instance !== instance)) return;
    const own = [...relay.clients.values()];
    if (own.some((other) => other.name === name || other.instance === instance)) return;
    relay.join({ sessionId: sessionOf(++this.#sessions), name, instance });
  }

  #operate(
    relay: WorldRelay,
    it: Exclude<PresenceStep, { step: "time" | "spoil" | "ghost" | "join" }>,
  ): void {
    switch (it.step) {
      case "leave": {
        const sessionId = [...relay.clients.keys()][it.which % Math.max(1, relay.clients.size)];
        return sessionId === undefined ? undefined : relay.leave(sessionId);
      }
      case "kick": {
        const others = relay.core.list();
        const other = others[it.which % Math.max(1, others.length)];
        return void (other && relay.kick(other.sessionId, "out"));
      }
      case "ban":
        return relay.ban(NAMES[it.name] ?? "192.0.2.9");
      case "unban":
        return relay.unban(NAMES[it.name] ?? "192.0.2.9");
      case "connect":
        return relay.isConnected ? undefined : relay.connect();
      case "disconnect":
        return relay.isConnected ? relay.disconnect() : undefined;
      case "broadcast":
        return void relay.broadcast("hear, hear");
      default:
        return it satisfies never;
    }
  }
}

/** All clients of the other relays, each where it is. */
function placesOf(relays: readonly WorldRelay[], except: WorldRelay): string[] {
  return relays.filter((relay) => relay !== except).flatMap(({ relayId, clients }) =>
    [...clients.values()].map(({ id, sessionId }) => `${id} ${sessionId} at ${relayId}`)
  ).sort();
}

/** All that a relay knows of bans and of what was lifted. */
function bansOf({ core }: WorldRelay): string[] {
  return core.bans.records.map((record) => JSON.stringify(banToJson(record))).sort();
}

/** What relays of a cluster say to each other of clients and bans, spoilt by whoever has their key. */
export const RELAY_PRESENCE_TARGET: FuzzTarget<PresenceInput> = {
  name: "cluster-presence",
  about: "relays of a cluster: what they tell each other of clients and bans, spoilt and replayed",
  inputs: fc.record({
    seed: fc.nat({ max: 0xffff }),
    relays: fc.constantFrom(2, 3),
    steps: fc.array(step, { maxLength: 40, size: "max" }),
  }),
  check(input) {
    const play = new PresencePlay(input);
    for (const step of input.steps) play.happen(step);
    play.finish();
  },
};

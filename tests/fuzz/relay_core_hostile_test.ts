import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { GroupDelivery } from "../../src/relay/group_delivery.ts";
import type { Endpoint } from "../../src/session/endpoint.ts";
import { encodeFragmentNack } from "../../src/wire/fragment_nack.ts";
import { encodeSequenceRanges } from "../../src/wire/sequence_ranges.ts";
import { encodeTlvs, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { BOTH_WAYS } from "../support/group_world.ts";
import { namedTlv } from "../support/named_tlv.ts";
import type { HostileMember, Numbering, Recorded } from "./hostile_member.ts";
import { at, ENDPOINTS, HostileWorld, NAMES } from "./hostile_world.ts";

const SEED = Number(Deno.env.get("HUSHCAST_TEST_SEED") ?? 1957);
const MINUTE_MS = 60_000;
const U64_MAX = 2n ** 64n - 1n;
const BAN_TARGETS = ["2001:DB8:0:0::9", "192.0.2.1", "::FFFF:192.0.2.7", "192.0.2.7", ...NAMES];
/** Messages, and numbers, are for actions of their own. */
const { MESSAGE: _message, CLIENT_SEQUENCE: _number, ...OTHER_TYPES } = DEFAULT_TLV_TYPES;

type Fate = "comes" | "caught" | "twice";
type Command = "ban" | "unban" | "kick" | "broadcast" | "tokens" | "rotate";

/** Picks one of several, however many there are. */
const any = fc.nat(1_000);
/** What a member sends comes, or may come when one on the path lets it, or comes twice. */
const fate = fc.constantFrom<Fate[]>("comes", "comes", "comes", "caught", "twice");
const numbering = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Numbering>("next") },
  { weight: 5, arbitrary: fc.constantFrom<Numbering[]>("skip", "same", "none", "far", "last") },
);
const bytes = fc.constantFrom(0, 0, 0, 0, 3_000, 40_000);
const tlv = fc.record({
  type: fc.constantFrom(...Object.values(OTHER_TYPES)),
  value: fc.uint8Array({ maxLength: 20 }),
});
const tlvs = fc.array(tlv, { maxLength: 3 });
/** Begins so many before the newest relay sequence. */
const range = fc.record({ before: fc.nat(8), length: fc.constantFrom(0n, 1n, 9n, U64_MAX) });
const command = fc.constantFrom<Command[]>("ban", "unban", "kick", "broadcast", "tokens", "rotate");

function act<Type extends string, Parts>(
  weight: number,
  type: Type,
  parts: { [Key in keyof Parts]: fc.Arbitrary<Parts[Key]> },
) {
  return { weight, arbitrary: fc.record({ type: fc.constant(type), parts: fc.record(parts) }) };
}

const happening = fc.oneof(
  act(4, "register", { who: any, name: any, features: fc.nat(3), isDone: fc.boolean(), fate }),
  act(30, "say", { who: any, numbering, bytes, isRoaming: fc.boolean(), fate }),
  act(2, "seal", { who: any, numbering, tlvs, isRoaming: fc.boolean(), fate }),
  act(5, "move", { who: any, to: any, numbering, fate }),
  act(4, "nack", { who: any, ranges: fc.array(range, { minLength: 1, maxLength: 4 }) }),
  act(1, "askForFragments", { who: any, which: any }),
  act(2, "keepAlive", { who: any }),
  act(1, "goodbye", { who: any, fate }),
  act(4, "deliver", { which: any, from: any }),
  act(4, "deliverLate", { which: any, who: any }),
  act(1, "sendBack", { which: any, from: any }),
  act(1, "askForKey", { from: any, bytes: fc.constantFrom(0, 30, 1_000) }),
  act(1, "sendClear", { from: any, tlvs }),
  act(5, "answerRsa", { which: any }),
  act(1, "operate", { command, which: any, lifeMs: fc.constantFrom(1_000, MINUTE_MS) }),
  act(4, "pass", { ms: fc.constantFrom(0, 1, 10, 300, 2_000, 20_000) }),
  act(1, "setClock", { ms: fc.constantFrom(-2 * MINUTE_MS, -5_000, 5_000, 2 * MINUTE_MS) }),
);
type Happening = typeof happening extends fc.Arbitrary<infer It> ? It : never;
type Parts<Type extends Happening["type"]> = Extract<Happening, { type: Type }>["parts"];

const options = fc.record({
  asksForTokens: fc.boolean(),
  cookieThreshold: fc.constantFrom(0, 1, Infinity),
  historyMessages: fc.constantFrom(0, 3, 1_000),
  groupDelivery: fc.constantFrom<GroupDelivery[]>({ mode: "off" }, ...BOTH_WAYS),
});

/** A world, and what can happen in it. */
class Play {
  constructor(readonly world: HostileWorld) {}

  happen({ type, parts }: Happening): void {
    const { world } = this;
    switch (type) {
      case "register":
        return this.#register(parts);
      case "say":
        return this.#send(parts, (it) => it.message(parts.numbering, parts.bytes, parts.isRoaming));
      case "seal":
        return this.#send(parts, (it) => it.token(parts.numbering, parts.tlvs, parts.isRoaming));
      case "move":
        return this.#move(parts);
      case "nack":
        return this.#sealOne(parts, namedTlv("NACK", this.#rangesOf(parts)));
      case "askForFragments":
        return this.#askForFragments(parts);
      case "keepAlive":
        return this.#sealOne(parts, namedTlv("KEEP_ALIVE"));
      case "goodbye":
        return this.#sealOne(parts, namedTlv("DISCONNECT"));
      case "deliver":
        return this.#deliver(world.recorded, parts.which, at(ENDPOINTS, parts.from));
      case "deliverLate":
        return this.#deliver(world.recorded.slice(-12), parts.which, this.#member(parts).endpoint);
      case "sendBack":
        return this.#sendClear(parts, world.sent[parts.which % world.sent.length]);
      case "askForKey":
        return this.#sendClear(
          parts,
          encodeTlvs([namedTlv("PUBLIC_KEY_REQUEST", new Uint8Array(parts.bytes))]),
        );
      case "sendClear":
        return this.#sendClear(parts, encodeTlvs(parts.tlvs));
      case "answerRsa":
        return world.answerRsa(parts.which);
      case "operate":
        return this.#operate(parts);
      case "pass":
        return world.run(parts.ms);
      case "setClock":
        return world.clock.setUnixMs(world.clock.now.unixMs + parts.ms);
    }
  }

  #member({ who }: { who: number }): HostileMember {
    return at(this.world.members, who);
  }

  #send(
    it: { who: number; fate?: Fate },
    make: (member: HostileMember) => readonly Recorded[],
  ): void {
    const member = this.#member(it);
    const copies = { caught: 0, comes: 1, twice: 2 }[it.fate ?? "comes"];
    for (const recorded of make(member)) {
      for (let copy = 0; copy < copies; copy++) this.world.deliver(recorded, member.endpoint);
    }
  }

  #sealOne(it: { who: number; fate?: Fate }, tlv: Tlv): void {
    this.#send(it, (member) => member.token("none", [tlv], false));
  }

  #register(it: Parts<"register">): void {
    const name = [...NAMES, undefined][it.name % (NAMES.length + 1)];
    this.world.answersRsa = it.isDone;
    this.#send(it, (member) => [member.registration(name, it.features)]);
  }

  #move(it: Parts<"move">): void {
    this.#member(it).endpoint = at(ENDPOINTS, it.to);
    this.#send(it, (member) => member.token(it.numbering, [namedTlv("KEEP_ALIVE")], true));
  }

  #rangesOf({ ranges }: Parts<"nack">): Uint8Array {
    const newest = Number(this.world.core.statistics().relay_sequence);
    return encodeSequenceRanges(ranges.map(({ before, length }) => {
      const first = BigInt(Math.max(1, newest - before));
      return { first, last: length === U64_MAX ? U64_MAX : first + length };
    }));
  }

  #askForFragments(it: Parts<"askForFragments">): void {
    const { sentMessageIds: ids } = this.world;
    const nack = { messageId: ids[it.which % ids.length] ?? 0, missing: [0, 1, 1, 2, 60_000] };
    this.#sealOne(it, namedTlv("FRAGMENT_NACK", encodeFragmentNack(nack)));
  }

  #deliver(recorded: readonly Recorded[], which: number, from: Endpoint): void {
    if (recorded.length > 0) this.world.deliver(at(recorded, which), from);
  }

  #sendClear({ from }: { from: number }, datagram: Uint8Array = new Uint8Array()): void {
    this.world.deliverBytes(datagram, at(ENDPOINTS, from));
  }

  #operate({ command, which, lifeMs }: Parts<"operate">): void {
    const { world, world: { core, clock: { now } } } = this;
    const target = at(BAN_TARGETS, which);
    switch (command) {
      case "ban":
        return world.step(() => core.ban(target, now.unixMs + lifeMs, now).effects);
      case "unban":
        return void core.unban(target, now);
      case "kick":
        return world.step(() => core.kick(at(NAMES, which), "", now) ?? []);
      case "broadcast":
        return world.step(() => core.broadcast("hear, hear", now));
      case "tokens":
        return world.setTokens(NAMES.slice(which % NAMES.length), lifeMs);
      case "rotate":
        return world.rotateKey();
    }
  }
}

Deno.test("RelayCore keeps its promises whatever members, strangers and operators do", () => {
  const script = fc.array(happening, { maxLength: 120, size: "max" });
  fc.assert(
    fc.property(fc.nat(), options, script, (seed, options, script) => {
      const world = new HostileWorld(seed, options);
      const play = new Play(world);
      world.begin();
      for (const it of script) play.happen(it);
      world.answerAllRsa();
      world.run(5_000);
      world.oracle.finish(world.core.clients(world.clock.now));
      world.run(3 * MINUTE_MS);
      assertEquals(world.oracle.sessions, 0, "all have timed out");
      // The relay may still wait for the end of a token that was used; wall clocks were set.
      world.run(6 * 60 * MINUTE_MS);
      assertEquals(world.core.nextDeadline(), Infinity, "only the identity's, which never comes");
    }),
    { seed: SEED, numRuns: 400 },
  );
});

import type { Endpoint } from "../../../src/session/endpoint.ts";
import { encodeFragmentNack } from "../../../src/wire/fragment_nack.ts";
import { encodeSequenceRanges } from "../../../src/wire/sequence_ranges.ts";
import { encodeTlvs, type Tlv } from "../../../src/wire/tlv.ts";
import { namedTlv } from "../../support/named_tlv.ts";
import type { HostileMember, Recorded } from "../hostile_member.ts";
import { at, ENDPOINTS, type HostileWorld, NAMES } from "../hostile_world.ts";
import type { Fate, Happening, Parts } from "./relay_members_script.ts";

const U64_MAX = 2n ** 64n - 1n;
const BAN_TARGETS = ["2001:DB8:0:0::9", "192.0.2.1", "::FFFF:192.0.2.7", "192.0.2.7", ...NAMES];

/** A world, and what can happen in it. */
export class MembersPlay {
  /** @param world Where it happens. */
  constructor(readonly world: HostileWorld) {}

  /** Lets one thing happen. */
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

import fc from "fast-check";
import type { GroupDelivery } from "../../../src/relay/group_delivery.ts";
import { DEFAULT_TLV_TYPES } from "../../../src/wire/tlv_types.ts";
import { BOTH_WAYS } from "../../support/group_world.ts";
import type { Numbering } from "../hostile_member.ts";
import type { WorldOptions } from "../hostile_world.ts";

const MINUTE_MS = 60_000;
const U64_MAX = 2n ** 64n - 1n;
/** Messages, and numbers, are for actions of their own. */
const { MESSAGE: _message, CLIENT_SEQUENCE: _number, ...OTHER_TYPES } = DEFAULT_TLV_TYPES;

/** What becomes of what a member sends. */
export type Fate = "comes" | "caught" | "twice";
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
/** One thing that members, strangers, operators or time do. */
export type Happening = typeof happening extends fc.Arbitrary<infer It> ? It : never;
/** What there is to know of a kind of happening. */
export type Parts<Type extends Happening["type"]> = Extract<Happening, { type: Type }>["parts"];

const options: fc.Arbitrary<WorldOptions> = fc.record({
  asksForTokens: fc.boolean(),
  cookieThreshold: fc.constantFrom(0, 1, Infinity),
  historyMessages: fc.constantFrom(0, 3, 1_000),
  groupDelivery: fc.constantFrom<GroupDelivery[]>({ mode: "off" }, ...BOTH_WAYS),
});

/** A world, and what happens in it. */
export interface MembersInput {
  /** Of all randomness. */
  readonly seed: number;
  readonly options: WorldOptions;
  readonly script: readonly Happening[];
}

/** Worlds, and what happens in them. */
export const membersInputs: fc.Arbitrary<MembersInput> = fc.record({
  seed: fc.nat(),
  options,
  script: fc.array(happening, { maxLength: 120, size: "max" }),
});

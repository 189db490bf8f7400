import fc from "fast-check";
import type { GroupDelivery } from "../../../src/relay/group_delivery.ts";
import type { Tlv } from "../../../src/wire/tlv.ts";
import { BOTH_WAYS } from "../../support/group_world.ts";
import { type Spoiling, spoiling } from "./relay_spoiling.ts";
import { anyTlv, clientTlv, u64 } from "./relay_values.ts";

/** What the relay of a session is like. */
export interface SessionOptions {
  readonly cookieThreshold: number;
  readonly historyMessages: number;
  readonly groupDelivery: GroupDelivery;
  readonly maxMessageAgeSeconds: number;
  readonly rsaConcurrency: number;
}

/** One thing that happens. `who` picks a hostile client, `from` and `which` whatever there is. */
export type SessionStep =
  | {
    readonly step: "register";
    readonly who: number;
    readonly features: number;
    readonly extra: readonly Tlv[];
    readonly spoiling: Spoiling;
  }
  | {
    readonly step: "say";
    readonly who: number;
    /** Its CLIENT_SEQUENCE; the one after the last, the last once more, or none. */
    readonly sequence: bigint | "next" | "same" | undefined;
    readonly bytes: number;
    readonly from: number | undefined;
    readonly spoiling: Spoiling;
  }
  | {
    readonly step: "seal";
    readonly who: number;
    readonly tlvs: readonly Tlv[];
    readonly from: number | undefined;
    readonly spoiling: Spoiling;
  }
  | { readonly step: "clear"; readonly from: number; readonly tlvs: readonly Tlv[] }
  | { readonly step: "replay"; readonly which: number; readonly from: number }
  | { readonly step: "talk" }
  /** Whether hostile clients give no sign of life meanwhile. */
  | { readonly step: "time"; readonly ms: number; readonly isSilent: boolean }
  | { readonly step: "clock"; readonly ms: number }
  | { readonly step: "rsa"; readonly isHeld: boolean }
  | { readonly step: "operate"; readonly command: "ban" | "kick" | "rotate"; readonly who: number };

/** A session: a relay, and what happens to it. */
export interface SessionInput {
  readonly seed: number;
  readonly options: SessionOptions;
  readonly steps: readonly SessionStep[];
}

const MINUTE_MS = 60_000;
const who = fc.nat({ max: 2 });
const which = fc.nat({ max: 200 });
const from = fc.option(fc.nat({ max: 5 }), { nil: undefined, freq: 4 });
const sequence = fc.oneof(
  { weight: 6, arbitrary: fc.constant("next" as const) },
  { weight: 2, arbitrary: fc.constantFrom("same" as const, undefined) },
  { weight: 2, arbitrary: u64 },
);

const sealedTlv = fc.oneof(
  { weight: 6, arbitrary: clientTlv },
  { weight: 1, arbitrary: anyTlv },
);

const step: fc.Arbitrary<SessionStep> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      step: fc.constant("register"),
      who,
      features: fc.nat({ max: 3 }),
      extra: fc.array(anyTlv, { maxLength: 2 }),
      spoiling,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      step: fc.constant("say"),
      who,
      sequence,
      bytes: fc.constantFrom(0, 0, 10, 900, 3_000, 20_000, 70_000),
      from,
      spoiling,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      step: fc.constant("seal"),
      who,
      tlvs: fc.array(sealedTlv, { maxLength: 3 }),
      from,
      spoiling,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      step: fc.constant("clear"),
      from: fc.nat({ max: 7 }),
      tlvs: fc.array(anyTlv, { maxLength: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ step: fc.constant("replay"), which, from: fc.nat({ max: 5 }) }),
  },
  { weight: 3, arbitrary: fc.constant<SessionStep>({ step: "talk" }) },
  {
    weight: 4,
    arbitrary: fc.record({
      step: fc.constant("time"),
      ms: fc.constantFrom(0, 1, 49, 200, 250, 1_000, 5_000, 10_000, 20_000, 45_000),
      isSilent: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant("clock"),
      ms: fc.constantFrom(-60 * MINUTE_MS, -2 * MINUTE_MS, -1_000, 1_000, 60 * MINUTE_MS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constant("rsa"), isHeld: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant("operate"),
      command: fc.constantFrom("ban", "kick", "rotate"),
      who,
    }),
  },
);

/** Sessions of a relay. Their arrays are long, or few states would be reached. */
export const sessionInputs: fc.Arbitrary<SessionInput> = fc.record({
  seed: fc.nat({ max: 0xffff }),
  options: fc.record({
    cookieThreshold: fc.constantFrom(Infinity, 0, 1),
    historyMessages: fc.constantFrom(1_000, 3, 0),
    groupDelivery: fc.constantFrom<GroupDelivery[]>({ mode: "off" }, ...BOTH_WAYS),
    maxMessageAgeSeconds: fc.constantFrom(60, 60, 1),
    rsaConcurrency: fc.constantFrom(Infinity, 1),
  }),
  steps: fc.array(step, { maxLength: 60, size: "max" }),
});

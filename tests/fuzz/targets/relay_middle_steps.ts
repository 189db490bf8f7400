import fc from "fast-check";
import type { GroupDelivery } from "../../../src/relay/group_delivery.ts";
import type { Tlv } from "../../../src/wire/tlv.ts";
import { type Spoiling, spoiling } from "./relay_spoiling.ts";
import { anyTlv } from "./relay_values.ts";

/** What one in the middle does with the next datagrams of a victim. */
export interface Tampering {
  /** Which victim. */
  readonly who: number;
  /** From the client or to it. */
  readonly way: "up" | "down";
  /** So many datagrams pass first. */
  readonly after: number;
  /** So many are tampered with then. */
  readonly count: number;
  /** What it does with each: the spoilt one goes on instead or beside it, or nothing does. */
  readonly fate: "instead" | "beside" | "lost" | "twice" | "late";
  readonly spoiling: Spoiling;
}

/** One thing that happens. `who` is one of four clients, the last two of which are victims. */
export type MiddleStep =
  | { readonly step: "say"; readonly who: number; readonly bytes: number }
  | { readonly step: "tamper"; readonly tampering: Tampering }
  /** The one in the middle, who has the key, says something in the relay's name. */
  | { readonly step: "forge"; readonly who: number; readonly tlvs: readonly Tlv[] }
  /** Something in the clear, that anyone can say in the relay's name. */
  | { readonly step: "clear"; readonly who: number; readonly tlvs: readonly Tlv[] }
  | { readonly step: "time"; readonly ms: number };

/** Real clients, a real relay, and who stands between them. */
export interface MiddleInput {
  readonly seed: number;
  readonly mode: GroupDelivery["mode"];
  /** Whether the victims ask for reliable delivery. */
  readonly isReliable: boolean;
  /** Whether the victims ask for group delivery. */
  readonly isInGroup: boolean;
  /** Whether the one in the middle has the victims' keys. */
  readonly hasKeys: boolean;
  /** How long they have to register before anything happens, milliseconds. */
  readonly startMs: number;
  readonly steps: readonly MiddleStep[];
}

const victim = fc.nat({ max: 1 });

const tampering: fc.Arbitrary<Tampering> = fc.record({
  who: victim,
  way: fc.constantFrom("up", "down"),
  after: fc.nat({ max: 4 }),
  count: fc.constantFrom(1, 1, 2, 5),
  fate: fc.constantFrom("instead", "instead", "beside", "lost", "twice", "late"),
  spoiling,
});

const step: fc.Arbitrary<MiddleStep> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      step: fc.constant("say"),
      who: fc.nat({ max: 3 }),
      bytes: fc.constantFrom(0, 0, 100, 3_000, 20_000),
    }),
  },
  { weight: 8, arbitrary: fc.record({ step: fc.constant("tamper"), tampering }) },
  {
    weight: 4,
    arbitrary: fc.record({
      step: fc.constant("forge"),
      who: victim,
      tlvs: fc.array(anyTlv, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant("clear"),
      who: victim,
      tlvs: fc.array(anyTlv, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      step: fc.constant("time"),
      ms: fc.constantFrom(0, 5, 50, 250, 1_000, 1_000, 3_000, 20_000),
    }),
  },
);

/** Meetings of clients and a relay with someone in the middle. */
export const middleInputs: fc.Arbitrary<MiddleInput> = fc.record({
  seed: fc.nat({ max: 0xffff }),
  mode: fc.constantFrom("off", "unicast", "multicast"),
  isReliable: fc.boolean(),
  isInGroup: fc.boolean(),
  hasKeys: fc.boolean(),
  startMs: fc.constantFrom(2_000, 2_000, 0, 5),
  steps: fc.array(step, { maxLength: 40, size: "max" }),
});

import { assert, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { fuzzTurn } from "../../../scripts/fuzz/fuzz_turn.ts";
import { StrangerAnswers } from "../../../src/relay/stranger_answers.ts";
import { Expiry } from "../../../src/session/expiry.ts";
import { ReplayMemory } from "../../../src/session/replay_memory.ts";
import { ReplayWindow } from "../../../src/session/replay_window.ts";
import { ReassemblyPool } from "../../../src/wire/reassembly_pool.ts";
import type { FuzzTarget } from "./fuzz_target.ts";
import { RELAY_TARGETS } from "./relay_targets.ts";

/** Inputs of the seeds 1 to 100 at most: a fault must be found among them. */
const LAST_SEED = 100;

/** A fault of the product that a target must find. */
interface Fault {
  readonly name: string;
  readonly target: string;
  /** Brings it about; calling what is returned mends it. */
  readonly begin: () => () => void;
  /** What the target says of it, in part. */
  readonly finds: string;
}

/** Puts something in the place of a method until it is undone. */
function replaced<Owner, Name extends keyof Owner>(
  prototype: Owner,
  name: Name,
  replacement: Owner[Name],
): () => void {
  const original = prototype[name];
  prototype[name] = replacement;
  return () => void (prototype[name] = original);
}

const FAULTS: readonly Fault[] = [
  {
    name: "a relay that takes numbers twice",
    target: "relay-session",
    begin: () => replaced(ReplayWindow.prototype, "accept", () => true),
    finds: "too often",
  },
  {
    name: "a relay that takes tokens without numbers twice",
    target: "relay-session",
    begin: () => replaced(ReplayMemory.prototype, "accept", () => true),
    finds: "too often",
  },
  {
    name: "a relay that refuses strangers at any length",
    target: "relay-session",
    begin: () => {
      const { prototype } = StrangerAnswers;
      const { rejected } = prototype;
      return replaced(prototype, "rejected", function (this: StrangerAnswers, rejection, question) {
        rejected.call(this, { ...rejection, text: "x".repeat(900) }, {
          ...question,
          datagramBytes: 9_999,
        });
      });
    },
    finds: "an answer that is too long",
  },
  {
    name: "a relay that throws at a fragment",
    target: "relay-session",
    begin: () =>
      replaced(ReassemblyPool.prototype, "begin", () => {
        throw new TypeError("a fault of its own");
      }),
    finds: "a fault of its own",
  },
  {
    name: "a relay that lets nobody go",
    target: "relay-members",
    begin: () => replaced(Expiry.prototype, "expired", () => []),
    finds: "a tick left its deadline",
  },
  {
    name: "a client that hears copies twice",
    target: "relay-middle",
    begin: () => replaced(ReplayMemory.prototype, "accept", () => true),
    finds: "each once",
  },
];

for (const { name, target, begin, finds } of FAULTS) {
  Deno.test(`The target ${target} finds ${name}`, async () => {
    const found = RELAY_TARGETS.find((each) => each.name === target);
    assert(found !== undefined);
    const mend = begin();
    try {
      assertStringIncludes(await errorOf(found), finds);
    } finally {
      mend();
    }
  });
}

async function errorOf(target: FuzzTarget): Promise<string> {
  for (let seed = 1; seed <= LAST_SEED; seed++) {
    const { failure } = await fuzzTurn({ ...target, inputs: fc.noShrink(target.inputs) }, {
      seed,
      forMs: 0,
    });
    if (failure !== undefined) return failure.error;
  }
  return "nothing was found";
}

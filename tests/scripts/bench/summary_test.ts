import { assertEquals } from "@std/assert";
import type { LoadOutcome } from "../../../scripts/bench/load_job.ts";
import type { Measurement } from "../../../scripts/bench/measurement.ts";
import type { BenchCase } from "../../../scripts/bench/scenarios.ts";
import { summarise } from "../../../scripts/bench/summary.ts";

const CASE: BenchCase = {
  scenario: "ingest",
  delivery: "per-recipient",
  load: { kind: "fan-out", receivers: 1, bytes: 256 },
};

function measured(letter: string, messages: number, lost: number): Measurement {
  const figures = { messages_per_second: messages, lost };
  return ended(letter, { outcome: "measured", figures });
}

function ended(letter: string, result: LoadOutcome): Measurement {
  return { benchCase: CASE, letter, round: 1, result };
}

Deno.test("summarise() gives medians of each relay, and ratios against the last one", () => {
  const measurements = [
    ...[measured("A", 100, 0), measured("B", 10, 5)],
    ...[measured("A", 300, 2), measured("B", 30, 5)],
  ];
  assertEquals(summarise(CASE, ["A", "B"], measurements).relays, [
    {
      letter: "A",
      medians: { messages_per_second: 200, lost: 1 },
      ratios: { messages_per_second: 10 },
      against: "B",
      reasons: [],
    },
    {
      letter: "B",
      medians: { messages_per_second: 20, lost: 5 },
      ratios: {},
      against: undefined,
      reasons: [],
    },
  ]);
});

Deno.test("summarise() gives no ratios when there is but one relay, or the last has no figure", () => {
  assertEquals(summarise(CASE, ["A"], [measured("A", 1, 0)]).relays[0]?.ratios, {});
  const measurements = [measured("A", 1, 0), ended("B", { outcome: "failed", reason: "gone" })];
  assertEquals(summarise(CASE, ["A", "B"], measurements).relays[0]?.ratios, {});
  assertEquals(
    summarise(CASE, ["A", "B"], [measured("A", 1, 0), measured("B", 0, 0)]).relays[0]?.ratios,
    {},
  );
});

Deno.test("summarise() compares group delivery with what the last relay did per recipient", () => {
  const perRecipient = [measured("A", 50, 0), measured("B", 10, 0)];
  const earlier = [summarise(CASE, ["A", "B"], perRecipient)];
  const unable = ended("B", { outcome: "unsupported", reason: "can't" });
  const group = [measured("A", 500, 0), unable];
  const [relay] =
    summarise({ ...CASE, delivery: "group-unicast" }, ["A", "B"], group, earlier).relays;
  assertEquals([relay?.ratios, relay?.against], [{ messages_per_second: 50 }, "B, per-recipient"]);
  const other: BenchCase = {
    ...CASE,
    load: { ...CASE.load, kind: "fan-out", receivers: 2, bytes: 1 },
  };
  assertEquals(summarise(other, ["A", "B"], group, earlier).relays[0]?.against, undefined);
});

Deno.test("summarise() tells each reason once, beside the rounds that could be measured", () => {
  const failed = ended("A", { outcome: "failed", reason: "gone" });
  const [relay] = summarise(CASE, ["A"], [failed, measured("A", 5, 0), failed]).relays;
  assertEquals([relay?.medians.messages_per_second, relay?.reasons], [5, ["gone"]]);
});

import { assert, assertEquals, assertMatch } from "@std/assert";
import { notesFor } from "../../../scripts/bench/bench_help.ts";
import { parseBenchOptions } from "../../../scripts/bench/bench_options.ts";
import { jsonReport } from "../../../scripts/bench/json_report.ts";
import type { Measurement } from "../../../scripts/bench/measurement.ts";
import type { BenchCase } from "../../../scripts/bench/scenarios.ts";
import { summarise } from "../../../scripts/bench/summary.ts";
import { scenarioTable } from "../../../scripts/bench/table.ts";

const LOAD = { kind: "fan-out", receivers: 1, bytes: 256 } as const;
const CASE: BenchCase = { scenario: "ingest", delivery: "per-recipient", load: LOAD };

const measurements: readonly Measurement[] = [
  {
    benchCase: CASE,
    letter: "A",
    round: 1,
    result: {
      outcome: "measured",
      figures: { messages_per_second: 12_345.6, latency_p50_ms: 0.25, lost: 0 },
    },
  },
  {
    benchCase: CASE,
    letter: "B",
    round: 1,
    result: { outcome: "measured", figures: { messages_per_second: 1_000, lost: 7 } },
  },
  { benchCase: CASE, letter: "C", round: 1, result: { outcome: "unsupported", reason: "too old" } },
];

Deno.test("scenarioTable() lines up what was measured, leaves out empty columns, and tells why", () => {
  const letters = ["A", "C", "B"];
  assertEquals(scenarioTable([summarise(CASE, letters, measurements)]), [
    "ingest",
    "                              msg/s  p50 ms  lost",
    "N=1, 256 B, per-recipient  A  12346    0.25     0",
    "  against B                     x12",
    "                           C      -       -     -",
    "                           B   1000       -     7",
    "C, N=1, 256 B, per-recipient: too old",
  ]);
});

Deno.test("scenarioTable() shows a decimal more of a small rate", () => {
  const figures = { messages_per_second: 1.26, deliveries_per_second: 99.94, lost: 3 };
  const result = { outcome: "measured", figures } as const;
  const summary = summarise(CASE, ["A"], [{ benchCase: CASE, letter: "A", round: 1, result }]);
  assertEquals(scenarioTable([summary])[2], "N=1, 256 B, per-recipient  A    1.3     99.9     3");
});

Deno.test("scenarioTable() shows a case that nobody could measure", () => {
  assertEquals(scenarioTable([summarise(CASE, ["C"], measurements)]), [
    "ingest",
    "",
    "N=1, 256 B, per-recipient  C",
    "C, N=1, 256 B, per-recipient: too old",
  ]);
});

const MACHINE = {
  processor: "P",
  processors: 2,
  system: "S",
  deno: "2.9.6",
  date: "2025-01-01T00:00:00.000Z",
};

/** What `measurements` says of A, as a report has it. */
const FIGURES_OF_A = { messages_per_second: 12_345.6, latency_p50_ms: 0.25, lost: 0 };

/** The same of B. */
const FIGURES_OF_B = { messages_per_second: 1_000, lost: 7 };

Deno.test("jsonReport() holds machine, relays, every round, and medians", () => {
  const letters = ["A", "B"];
  const plan = parseBenchOptions([
    ...["--scenario", "ingest", "--relay", "x y", "--relay", "z"],
    ...["--seconds", "5", "--group-sockets", "3"],
  ]);
  assert(plan.task === "measure");
  const summaries = [summarise(CASE, letters, measurements)];
  const report = jsonReport(MACHINE, plan, measurements.slice(0, 2), summaries);
  const labels = {
    scenario: "ingest",
    case: "N=1, 256 B, per-recipient",
    delivery: "per-recipient",
    load: LOAD,
  };
  assertEquals(report, {
    machine: MACHINE,
    settings: { rounds: 2, seconds: 5, warm_up_seconds: 1, group_sockets: 3 },
    notes: notesFor(plan.cases),
    relays: [{ relay: "A", command: "x y" }, { relay: "B", command: "z" }],
    measurements: [
      { ...labels, relay: "A", round: 1, outcome: "measured", figures: FIGURES_OF_A },
      { ...labels, relay: "B", round: 1, outcome: "measured", figures: FIGURES_OF_B },
    ],
    summaries: [
      {
        ...labels,
        relay: "A",
        medians: FIGURES_OF_A,
        ratios: { messages_per_second: 12.345600000000001 },
        against: "B",
        reasons: [],
      },
      {
        ...labels,
        relay: "B",
        medians: FIGURES_OF_B,
        ratios: {},
        against: undefined,
        reasons: [],
      },
    ],
  });
});

Deno.test("notesFor() says of group-multicast that receivers share a socket", () => {
  const text = notesFor([{ ...CASE, delivery: "group-multicast" }]).join("\n");
  assertMatch(text, /share one socket/);
  assertEquals(notesFor([CASE]).join("").includes("share"), false);
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { atMost } from "../../../../scripts/soak/measures/finding.ts";
import {
  hasPassed,
  reportsJson,
  reportText,
  type SoakReport,
} from "../../../../scripts/soak/measures/soak_report.ts";

const GOOD: SoakReport = {
  target: "relay",
  seconds: 120,
  seed: 7,
  figures: { "messages a second": 41.23456, history: "sqlite" },
  memoryMib: { resident: [61.2, 62.4], inUse: [20.1, 20.2] },
  findings: [atMost("messages lost", 0, 0), atMost("lag p99 ms", 5, 100, "upper bound")],
};

Deno.test("atMost() fails above its limit, and for what is no number", () => {
  assertEquals([0, 1, 1.1, NaN, Infinity].map((value) => atMost("x", value, 1).failed), [
    false,
    false,
    true,
    true,
    true,
  ]);
});

Deno.test("hasPassed() wants every rule kept, and one at least", () => {
  assert(hasPassed(GOOD));
  assert(!hasPassed({ ...GOOD, findings: [] }));
  assert(!hasPassed({ ...GOOD, findings: [...GOOD.findings, atMost("x", 2, 1)] }));
});

Deno.test("reportText() shows verdict, rules and figures", () => {
  const findings = [...GOOD.findings, atMost("messages doubled", 3, 0, "7 of a at b")];
  assertEquals(
    reportText({ ...GOOD, findings }),
    [
      "soak of relay: FAILED after 120 s (seed 7)",
      "",
      "ok    messages lost: 0 (limit 0)",
      "ok    lag p99 ms: 5 (limit 100); upper bound",
      "FAIL  messages doubled: 3 (limit 0); 7 of a at b",
      "",
      "messages a second  41.23",
      "history            sqlite",
      "",
    ].join("\n"),
  );
  assertStringIncludes(reportText(GOOD), "soak of relay: passed after 120 s");
});

Deno.test("reportsJson() keeps numbers that JSON does not know as text", () => {
  const report = { ...GOOD, findings: [atMost("lag p99 ms", Infinity, 100)] };
  assertEquals(JSON.parse(reportsJson([report])), [{
    ...GOOD,
    findings: [{ name: "lag p99 ms", limit: 100, measured: "Infinity", failed: true }],
    passed: false,
  }]);
});

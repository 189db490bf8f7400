import { assert, assertEquals } from "@std/assert";
import {
  caseLabel,
  SCENARIO_NAMES,
  SCENARIOS,
  selectCases,
} from "../../../scripts/bench/scenarios.ts";

const ALL = { scenarios: [], receivers: [], bytes: [], deliveries: [] } as const;

Deno.test("selectCases() gives all scenarios in their order when nothing is named", () => {
  for (const scale of ["full", "quick"] as const) {
    const names = selectCases(ALL, scale).map(({ scenario }) => scenario);
    assertEquals([...new Set(names)], [...SCENARIO_NAMES]);
  }
});

Deno.test("selectCases() gives fan-out every size, number of receivers and way of delivery", () => {
  const cases = selectCases({ ...ALL, scenarios: ["fan-out"] }, "full");
  assertEquals(cases.length, 4 * 3 * 3);
  assertEquals(new Set(cases.map(caseLabel)).size, cases.length);
});

Deno.test("selectCases() narrows by receivers, bytes and delivery together", () => {
  const wanted = { receivers: [50], bytes: [256], deliveries: ["group-unicast"] } as const;
  const cases = selectCases({ ...ALL, ...wanted }, "full");
  assertEquals(cases, [{
    scenario: "fan-out",
    delivery: "group-unicast",
    load: { kind: "fan-out", receivers: 50, bytes: 256 },
  }]);
});

Deno.test("selectCases() leaves out what has no receivers when they are named", () => {
  assertEquals(selectCases({ ...ALL, scenarios: ["registrations"], receivers: [1] }, "full"), []);
});

Deno.test("every full scenario has no fewer cases than its quick one, and says what it is about", () => {
  for (const name of SCENARIO_NAMES) {
    const { about, cases } = SCENARIOS[name];
    assert(about.length > 0 && cases("full").length >= cases("quick").length);
  }
});

Deno.test("caseLabel() tells what sets a case apart", () => {
  const labels = selectCases({ ...ALL, scenarios: ["reliable", "idle"] }, "full").map(caseLabel);
  assertEquals(labels, [
    "N=10000, per-recipient",
    "N=10, 256 B, 200/s, loss 0 %, per-recipient",
    "N=10, 256 B, 200/s, loss 5 %, per-recipient",
  ]);
});

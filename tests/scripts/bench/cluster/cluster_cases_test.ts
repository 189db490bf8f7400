import { assert, assertEquals } from "@std/assert";
import {
  CLUSTER_SCENARIO_NAMES,
  CLUSTER_SCENARIOS,
  CLUSTER_SETTING_NAMES,
  CLUSTER_SETTINGS,
  type ClusterCaseFilter,
  clusterLoadLabel,
  selectClusterCases,
} from "../../../../scripts/bench/cluster/cluster_cases.ts";

const ALL: ClusterCaseFilter = {
  scenarios: [],
  settings: [],
  receivers: undefined,
  senders: undefined,
  bytes: undefined,
  perSecond: undefined,
};

Deno.test("selectClusterCases() gives all scenarios in their order when nothing is named", () => {
  for (const scale of ["full", "quick"] as const) {
    const names = selectClusterCases(ALL, scale).map(({ scenario }) => scenario);
    assertEquals([...new Set(names)], [...CLUSTER_SCENARIO_NAMES]);
  }
});

Deno.test("selectClusterCases() has all settings of a load one after the other", () => {
  const cases = selectClusterCases({ ...ALL, scenarios: ["paced"] }, "full");
  assertEquals(cases.map(({ setting }) => setting), [
    ...CLUSTER_SCENARIOS.paced.settings,
    ...CLUSTER_SCENARIOS.paced.settings,
  ]);
  assertEquals([...new Set(cases.map(({ load }) => load.perSecond))], [50, 200]);
});

Deno.test("selectClusterCases() narrows by scenario and setting", () => {
  const cases = selectClusterCases(
    { ...ALL, scenarios: ["capacity", "senders"], settings: ["nats-3", "memory"] },
    "quick",
  );
  assertEquals(cases.map(({ scenario, setting }) => `${scenario} ${setting}`), [
    "capacity memory",
    "capacity nats-3",
    "senders memory",
    "senders nats-3",
  ]);
});

Deno.test("selectClusterCases() puts wishes in place, and measures what they make alike once", () => {
  const wishes = { senders: 2, receivers: 5, bytes: 100, perSecond: 10 };
  const cases = selectClusterCases(
    { ...ALL, ...wishes, scenarios: ["parts"], settings: ["sqlite"] },
    "full",
  );
  assertEquals(cases, [
    { scenario: "parts", setting: "sqlite", load: { ...wishes, placement: "apart" } },
  ]);
});

Deno.test("every scenario has no fewer loads in full than quick, and names settings that there are", () => {
  for (const name of CLUSTER_SCENARIO_NAMES) {
    const { about, settings, loads } = CLUSTER_SCENARIOS[name];
    assert(about.length > 0 && loads("full").length >= loads("quick").length);
    for (const setting of settings) assert(setting in CLUSTER_SETTINGS);
  }
});

Deno.test("only settings with NATS have several relays", () => {
  for (const name of CLUSTER_SETTING_NAMES) {
    const { history, relays, servers } = CLUSTER_SETTINGS[name];
    assertEquals(servers > 0, history === "nats");
    assert(relays === 1 || history === "nats");
  }
});

Deno.test("clusterLoadLabel() tells what sets a load apart", () => {
  const load = { senders: 6, receivers: 60, bytes: 256, placement: "spread" } as const;
  assertEquals(clusterLoadLabel(load), "6 to 60, 256 B");
  assertEquals(clusterLoadLabel({ ...load, perSecond: 50 }), "6 to 60, 256 B, 50/s");
});

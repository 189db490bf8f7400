import { assertEquals, assertThrows } from "@std/assert";
import { BenchUsageError } from "../../../../scripts/bench/bench_usage_error.ts";
import {
  type ClusterPlan,
  parseClusterOptions,
} from "../../../../scripts/bench/cluster/cluster_options.ts";

function plan(...args: readonly string[]): ClusterPlan {
  const options = parseClusterOptions(args);
  if (options.task !== "measure") throw new TypeError(`not a plan: ${options.task}`);
  return options;
}

Deno.test("parseClusterOptions() measures everything in three rounds when nothing is said", () => {
  const { rounds, seconds, warmUpSeconds, isJson } = plan();
  assertEquals({ rounds, seconds, warmUpSeconds, isJson }, {
    rounds: 3,
    seconds: 3,
    warmUpSeconds: 1,
    isJson: false,
  });
});

Deno.test("parseClusterOptions() makes a quick run short, unless told otherwise", () => {
  const { rounds, seconds } = plan("--quick", "--seconds", "2");
  assertEquals([rounds, seconds], [1, 2]);
});

Deno.test("parseClusterOptions() takes several names, and other loads", () => {
  const words = ["--scenario=capacity", "--setting", "memory", "--setting", "nats-2"];
  const { cases, isJson } = plan(...words, "--receivers", "9", "--rate", "5", "--json");
  const load = { senders: 6, receivers: 9, bytes: 256, placement: "spread", perSecond: 5 } as const;
  assertEquals(cases, [
    { scenario: "capacity", setting: "memory", load },
    { scenario: "capacity", setting: "nats-2", load },
  ]);
  assertEquals(isJson, true);
});

Deno.test("parseClusterOptions() shows help and list before anything else", () => {
  assertEquals(parseClusterOptions(["--help", "--seconds", "x"]), { task: "help" });
  assertEquals(parseClusterOptions(["-h"]), { task: "help" });
  assertEquals(parseClusterOptions(["--list"]), { task: "list" });
});

for (
  const { args, says } of [
    { args: ["--seting", "memory"], says: "unknown option --seting (did you mean --setting?)" },
    { args: ["capacity"], says: "unexpected argument capacity" },
    { args: ["--scenario", "pace"], says: "no scenario is called pace (did you mean paced?)" },
    { args: ["--setting", "nats"], says: "no setting is called nats" },
    { args: ["--setting", "toString"], says: "no setting is called toString" },
    { args: ["--scenario", "parts", "--setting", "nats-1"], says: "no scenario has such cases" },
    { args: ["--receivers", "0"], says: "--receivers must be a whole number from 1 on, got 0" },
    { args: ["--senders", "many"], says: "got many" },
    { args: ["--bytes", "3"], says: "--bytes must be a whole number from 4 on" },
    { args: ["--rounds", "1.5"], says: "got 1.5" },
    { args: ["--seconds=-1"], says: "--seconds must be" },
  ]
) {
  Deno.test(`parseClusterOptions() refuses ${args.join(" ")}`, () => {
    assertThrows(() => parseClusterOptions(args), BenchUsageError, says);
  });
}

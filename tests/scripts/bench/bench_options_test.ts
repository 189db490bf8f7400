import { assertEquals, assertThrows } from "@std/assert";
import { type BenchPlan, parseBenchOptions } from "../../../scripts/bench/bench_options.ts";
import { BenchUsageError } from "../../../scripts/bench/bench_usage_error.ts";

function plan(...args: readonly string[]): BenchPlan {
  const options = parseBenchOptions(args);
  if (options.task !== "measure") throw new TypeError(`not a plan: ${options.task}`);
  return options;
}

Deno.test("parseBenchOptions() measures this checkout once when nothing is said", () => {
  const { programs, rounds, seconds, groupSockets, isJson } = plan();
  assertEquals(programs.map(({ letter, command }) => [letter, command]), [["A", "this"]]);
  assertEquals({ rounds, seconds, groupSockets, isJson }, {
    rounds: 1,
    seconds: 3,
    groupSockets: 1,
    isJson: false,
  });
});

Deno.test("parseBenchOptions() measures several relays twice, unless --rounds says otherwise", () => {
  const relays = ["--relay", "this", "--relay", "python3 'a b.py'"];
  assertEquals(plan(...relays).rounds, 2);
  assertEquals(plan(...relays, "--rounds", "5").rounds, 5);
  assertEquals(plan(...relays).programs[1]?.words, ["python3", "a b.py"]);
});

Deno.test("parseBenchOptions() narrows the cases", () => {
  const words = ["--scenario=fan-out", "--scenario", "ingest", "--receivers", "1", "--bytes", "64"];
  const cases = plan(...words, "--delivery", "per-recipient").cases;
  assertEquals(cases.map(({ scenario }) => scenario), ["fan-out"]);
});

Deno.test("parseBenchOptions() makes a quick run short", () => {
  const { seconds, rounds } = plan("--quick", "--relay", "this", "--relay", "this");
  assertEquals([seconds, rounds], [0.5, 1]);
});

Deno.test("parseBenchOptions() shows help and list before anything else", () => {
  assertEquals(parseBenchOptions(["--help", "--seconds", "x"]), { task: "help" });
  assertEquals(parseBenchOptions(["-h"]), { task: "help" });
  assertEquals(parseBenchOptions(["--list"]), { task: "list" });
});

for (
  const { args, says } of [
    { args: ["--sceanrio", "paced"], says: "unknown option --sceanrio (did you mean --scenario?)" },
    { args: ["paced"], says: "unexpected argument paced" },
    {
      args: ["--scenario", "fanout"],
      says: "no scenario is called fanout (did you mean fan-out?)",
    },
    { args: ["--relay", "  "], says: "--relay: Cannot run relay: the command is empty" },
    { args: ["--relay", "'a"], says: "open quote" },
    { args: ["--rounds", "0"], says: "--rounds must be a whole number above 0, got 0" },
    { args: ["--rounds", "1.5"], says: "got 1.5" },
    { args: ["--seconds=-1"], says: "--seconds must be" },
    { args: ["--seconds", "ten"], says: "got ten" },
    { args: ["--seconds"], says: "--seconds must be" },
    { args: ["--bytes", "9"], says: "no scenario has such cases" },
    { args: ["--delivery", "multicast"], says: "got multicast" },
    { args: ["--group-sockets", "none"], says: "--group-sockets must be" },
    { args: Array(27).fill("--relay=x"), says: "at most 26" },
  ]
) {
  Deno.test(`parseBenchOptions() refuses ${args.slice(0, 2).join(" ")}`, () => {
    assertThrows(() => parseBenchOptions(args), BenchUsageError, says);
  });
}

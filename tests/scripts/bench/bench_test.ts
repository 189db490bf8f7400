import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { LineProcess } from "../../../scripts/line_process.ts";

const BENCH = fileURLToPath(new URL("../../../scripts/bench.ts", import.meta.url));

const PERMISSIONS = [
  ...["--allow-read", "--allow-write", "--allow-env", "--allow-run"],
  ...["--allow-sys=cpus,osRelease", "--no-prompt"],
];

function bench(...args: readonly string[]): LineProcess {
  return new LineProcess(Deno.execPath(), ["run", ...PERMISSIONS, BENCH, ...args], {
    NO_COLOR: "1",
  });
}

Deno.test("bench.ts measures the relay of this checkout, and loses nothing", async () => {
  await using process = bench("--quick", "--scenario", "ingest", "--json");
  assertEquals(await process.ended(), 0, process.stderr.join("\n"));
  const report = JSON.parse(process.stdout.join("\n"));
  assertEquals(report.relays, [{ relay: "A", command: "this" }]);
  assertEquals(report.machine.deno, Deno.version.deno);
  assertEquals(report.measurements.length, 1);
  const [{ scenario, load, relay, round, outcome, figures }] = report.measurements;
  assertEquals({ scenario, load, relay, round, outcome }, {
    scenario: "ingest",
    load: { kind: "fan-out", receivers: 1, bytes: 256 },
    relay: "A",
    round: 1,
    outcome: "measured",
  });
  assertEquals(figures.lost, 0);
  for (const name of ["messages_per_second", "deliveries_per_second", "latency_p50_ms"]) {
    assertEquals(figures[name] > 0, true, name);
  }
  assertEquals(report.summaries[0].medians, figures);
});

Deno.test("bench.ts --list names the scenarios, and --help the options", async () => {
  await using list = bench("--list");
  await using help = bench("--help");
  assertEquals([await list.ended(), await help.ended()], [0, 0]);
  assertMatch(list.stdout.join("\n"), /^fan-out .*$[\s\S]*^crowd /m);
  assertMatch(help.stdout.join("\n"), /^ +--group-sockets K +\S/m);
});

Deno.test("bench.ts ends a wrong command line with exit code 2 and one line", async () => {
  await using process = bench("--scenario", "fan");
  assertEquals([await process.ended(), process.stdout], [2, []]);
  assertEquals(process.stderr, [
    "bench: no scenario is called fan (did you mean fan-out?); see --list; try --help",
  ]);
});

for (
  const { name, relay, says } of [
    {
      name: "does not start",
      relay: "/nonexistent/relay",
      says: /Cannot start relay A: .*\/nonex/,
    },
    {
      name: "ends at once",
      relay: `"${Deno.execPath()}" eval "console.error('no luck')"`,
      says: /no luck/,
    },
  ]
) {
  Deno.test(`bench.ts ends with exit code 1 when a relay ${name}`, async () => {
    await using process = bench("--quick", "--scenario", "ingest", "--json", "--relay", relay);
    assertEquals([await process.ended(), process.stdout], [1, []]);
    assertMatch(process.stderr.join("\n"), says);
  });
}

Deno.test("bench.ts ends all that it started when it is interrupted", async () => {
  await using process = bench("--scenario", "ingest", "--seconds", "60");
  await process.errorLine(/^bench: ingest/);
  process.kill("SIGTERM");
  assertEquals(await process.ended(), 130);
});

import { assertEquals, assertMatch } from "@std/assert";
import type { LineProcess } from "../../../../scripts/line_process.ts";
import { startBench } from "../../../support/bench_process.ts";
import { programTest } from "../../../support/test_with_program.ts";

function bench(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): LineProcess {
  return startBench("bench_cluster.ts", args, environment);
}

const ONE_SCENARIO = ["--quick", "--scenario", "capacity"];

Deno.test("bench_cluster.ts measures relays that work alone, and loses nothing", async () => {
  const settings = ["--setting", "memory", "--setting", "sqlite"];
  await using process = bench([...ONE_SCENARIO, ...settings, "--json"]);
  assertEquals(await process.ended(), 0, process.stderr.join("\n"));
  const { machine, measurements, summaries } = JSON.parse(process.stdout.join("\n"));
  assertEquals(machine.deno, Deno.version.deno);
  assertEquals(measurements.map((one: { setting: string }) => one.setting), ["memory", "sqlite"]);
  for (const { medians } of summaries) {
    assertEquals(medians.lost, 0);
    for (const name of ["messages_per_second", "deliveries_per_second", "latency_p50_ms"]) {
      assertEquals(medians[name] > 0, true, name);
    }
  }
});

programTest(
  "nats-server",
  "nats-server",
  "bench_cluster.ts measures relays that work as one, and prints a table",
  async () => {
    await using process = bench([...ONE_SCENARIO, "--setting", "nats-2"]);
    assertEquals(await process.ended(), 0, process.stderr.join("\n"));
    const said = process.stdout.join("\n");
    assertMatch(said, /^Relays, NATS servers and one process .* share this machine/m);
    assertMatch(said, /^3 to 6, 256 B +nats-2 +\d+ .* 0( +\d+ +\d+)?$/m);
  },
);

Deno.test("bench_cluster.ts --list names scenarios and settings, and --help the options", async () => {
  await using list = bench(["--list"]);
  await using help = bench(["--help"]);
  assertEquals([await list.ended(), await help.ended()], [0, 0]);
  assertMatch(list.stdout.join("\n"), /^ {2}capacity .*$[\s\S]*^ {2}nats-3-r3 /m);
  assertMatch(help.stdout.join("\n"), /^ +--setting NAME +\S/m);
});

Deno.test("bench_cluster.ts ends a wrong command line with exit code 2 and one line", async () => {
  await using process = bench(["--setting", "nats-4"]);
  assertEquals([await process.ended(), process.stdout], [2, []]);
  assertMatch(process.stderr.join("\n"), /^bench: no setting is called nats-4.*; try --help$/);
});

Deno.test("bench_cluster.ts says how to get nats-server when there is none", async () => {
  await using process = bench([...ONE_SCENARIO, "--setting", "nats-1", "--json"], {
    PATH: "/nonexistent",
  });
  assertEquals([await process.ended(), process.stdout], [1, []]);
  assertMatch(process.stderr.join("\n"), /^bench: nats-server is not installed: 'apt-get/m);
});

Deno.test("bench_cluster.ts ends all that it started when it is interrupted", async () => {
  const directory = await Deno.makeTempDir({ prefix: "hushcast-bench-test-" });
  try {
    const args = ["--scenario", "capacity", "--setting", "sqlite", "--seconds", "60"];
    await using process = bench(args, { TMPDIR: directory });
    await process.errorLine(/^bench: capacity/);
    process.kill("SIGTERM");
    assertEquals(await process.ended(), 130);
    assertEquals([...Deno.readDirSync(directory)], []);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

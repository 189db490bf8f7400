import { assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { LineProcess } from "../../scripts/line_process.ts";
import { childrenOf, programOf } from "../support/executable_processes.ts";
import { programTest } from "../support/test_with_program.ts";

const DEMO = fileURLToPath(new URL("../../scripts/cluster_demo.ts", import.meta.url));

/** What `deno task cluster-demo` gives it. */
const PERMISSIONS = [
  ...["--allow-net", "--allow-read", "--allow-write", "--allow-env", "--allow-run"],
  ...["--no-prompt", "--unstable-net"],
];

function demo(environment: Readonly<Record<string, string>> = {}): LineProcess {
  return new LineProcess(Deno.execPath(), ["run", ...PERMISSIONS, DEMO], {
    NO_COLOR: "1",
    ...environment,
  });
}

function natsTest(name: string, fn: () => Promise<void>): void {
  programTest("nats-server", "nats-server", name, fn);
}

natsTest("the cluster demo ends by itself within 30 s, and nothing is lost", async () => {
  const directory = await Deno.makeTempDir({ prefix: "hushcast-demo-test-" });
  try {
    const startMs = performance.now();
    await using process = demo({ TMPDIR: directory });
    await process.line(/kill -9 relay-1/);
    await process.line(/relay-3 has shut down with exit code 0/);
    assertEquals(await process.ended(), 0, process.stderr.join("\n"));
    assertLess(performance.now() - startMs, 30_000);
    const said = process.stdout.join("\n");
    assertStringIncludes(said, "log has all 60 readings, each once, in order");
    assertMatch(said, /relay 127\.0\.0\.1:\d+ is silent, trying 127\.0\.0\.1:\d+/);
    assertMatch(said, /ann .*relay=relay-1[\s\S]*ann .*relay=relay-2/);
    assertEquals([...Deno.readDirSync(directory)], []);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

for (const moment of [/nats-server keeps/, /ann joined/, /kill -9/]) {
  natsTest(`the cluster demo cleans up when it is interrupted at ${moment.source}`, async () => {
    const directory = await Deno.makeTempDir({ prefix: "hushcast-demo-test-" });
    try {
      await using process = demo({ TMPDIR: directory });
      await process.line(moment);
      const children = Deno.build.os === "linux" ? childrenOf(process.pid) : [];
      process.kill("SIGINT");
      assertEquals([await process.ended(), process.stderr], [130, []]);
      assertEquals(children.filter((pid) => programOf(pid) !== undefined), []);
      assertEquals([...Deno.readDirSync(directory)], []);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

Deno.test("the cluster demo says how to get nats-server when there is none", async () => {
  await using process = demo({ PATH: "/nonexistent" });
  assertEquals([await process.ended(), process.stdout], [1, []]);
  assertEquals(process.stderr.length, 1);
  assertMatch(process.stderr[0] ?? "", /^cluster-demo: nats-server is not installed: 'apt-get/);
});

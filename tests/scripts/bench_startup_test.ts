import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { LineProcess } from "../../scripts/line_process.ts";
import { programTest } from "../support/test_with_program.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const BENCH = fileURLToPath(new URL("../../scripts/bench_startup.ts", import.meta.url));

const FAKE = '#!/bin/sh\necho "hushcast 9.9.9 (commit 0123456789ab, Deno 2.9.6, here, fake)"\n';

function bench(...args: readonly string[]): LineProcess {
  return new LineProcess(Deno.execPath(), ["run", "-A", BENCH, ...args], { NO_COLOR: "1" });
}

programTest("bash", "bash", "bench_startup.ts says what it measured, and the ratio", async () => {
  await using directory = await temporaryDirectory();
  const executable = `${directory.path}/hush cast`;
  await Deno.writeTextFile(executable, FAKE, { mode: 0o755 });
  await using process = bench("--runs", "1", "--executable", executable);
  assertEquals(await process.ended(), 0, process.stderr.join("\n"));
  const text = process.stdout.join("\n");
  assertMatch(text, /^hushcast 9\.9\.9 \(.*fake\), beside deno run main\.ts$/m);
  assertMatch(text, /^ *--version +fake( +\d+){3}\n *--version +deno run( +\d+){3}$/m);
  assertEquals(text.match(/^ +ratio( +\d+\.\d\d){3}$/gm)?.length, 2);
});

for (
  const { args, code, says } of [
    { args: ["--runs", "0"], code: 2, says: /--runs must be a whole number above 0, got 0/ },
    { args: ["--runs", "1.5"], code: 2, says: /--runs .* got 1\.5/ },
    { args: ["--executable", "/nonexistent/hushcast"], code: 1, says: /deno task compile/ },
  ]
) {
  Deno.test(`bench_startup.ts ends ${args.join(" ")} with exit code ${code}`, async () => {
    await using process = bench(...args);
    assertEquals([await process.ended(), process.stdout], [code, []]);
    assertEquals(process.stderr.length, 1, process.stderr.join("\n"));
    assertMatch(process.stderr[0] ?? "", says);
  });
}

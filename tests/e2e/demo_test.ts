import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { LineProcess } from "../../scripts/line_process.ts";

const DEMO = fileURLToPath(new URL("../../scripts/demo.ts", import.meta.url));

Deno.test("the demo ends by itself within 15 s, and all went well", async () => {
  const startMs = performance.now();
  await using demo = new LineProcess(Deno.execPath(), ["run", "-A", DEMO]);
  assertEquals(await demo.ended(), 0, demo.stderr.join("\n"));
  assertLess(performance.now() - startMs, 15_000);
  const said = demo.stdout.join("\n");
  assertStringIncludes(said, "log has them whole");
  assertStringIncludes(said, "the relay has shut down with exit code 0");
});

import { assert, assertEquals } from "@std/assert";
import { StreamedProcess } from "../../../../scripts/soak/direct/streamed_process.ts";

Deno.test("StreamedProcess hands lines on, keeps the last errors, and tells how it ended", async () => {
  const lines: string[] = [];
  await using process = new StreamedProcess(["help", "direct"], (line) => lines.push(line));
  assertEquals(await process.ended(), 0);
  assert(lines[0]?.startsWith("Usage: hushcast direct"), lines[0]);
  assertEquals([process.errorLines, process.faultLines], [[], 0]);
});

Deno.test("StreamedProcess gives lines of standard error, also those that came before", async () => {
  await using process = new StreamedProcess(["direct", "--port", "nonsense"], () => undefined);
  assertEquals(await process.ended(), 2);
  const [line] = await process.errorLine(/.*nonsense.*/);
  assert(line.includes("--port"), line);
});

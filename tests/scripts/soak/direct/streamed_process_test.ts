import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { StreamedProcess } from "../../../../scripts/soak/direct/streamed_process.ts";
import { temporaryDirectory } from "../../../support/temporary_directory.ts";

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

Deno.test("StreamedProcess counts an error that is followed by more lines than are kept", async () => {
  await using directory = await temporaryDirectory();
  const program = join(directory.path, "hushcast");
  const error = "2026-11-22T17:00:00.000Z ERROR http request failed error=nothing";
  const script =
    `#!/bin/sh\necho '${error}' >&2\nfor i in $(seq 600); do echo "line $i" >&2; done\n`;
  await Deno.writeTextFile(program, script, { mode: 0o755 });
  await using process = new StreamedProcess([], () => undefined, [program]);
  assertEquals(await process.ended(), 0);
  assertEquals([process.errorLines.includes(error), process.errorLines.length], [false, 500]);
  assertEquals([process.faultLines, process.faults], [1, [error]]);
});

import { assert, assertEquals } from "@std/assert";
import { LineProcess } from "../../../../scripts/line_process.ts";
import { temporaryDirectory } from "../../../support/temporary_directory.ts";

const MODULE = new URL("../../../../scripts/soak/measures/memory_returner.ts", import.meta.url);

/** 100 MB in pieces as long as datagrams, of which every thousandth outlives the others. */
const BURST = `
import { memoryReturner } from ${JSON.stringify(MODULE.href)};
const returnMemory = memoryReturner();
const rss = () => Deno.memoryUsage().rss / 1e6;
const kept = [];
function burst() {
  const pieces = Array.from({ length: 100_000 }, () => new Uint8Array(1_000).fill(1));
  kept.push(...pieces.filter((_, index) => index % 1_000 === 999));
}
returnMemory();
const before = rss();
burst();
globalThis.gc();
const collected = rss() - before;
returnMemory();
const returned = rss() - before;
console.log(JSON.stringify({ collected, returned, kept: kept.length }));
`;

Deno.test({
  name: "memoryReturner() gives back what a burst took, though some of it lives on",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using directory = await temporaryDirectory();
    const program = `${directory.path}/burst.ts`;
    await Deno.writeTextFile(program, BURST);
    const flags = ["--no-config", "--no-check", "--v8-flags=--expose-gc"];
    const allowed = ["--allow-ffi", "--allow-sys", "--allow-read"];
    const args = ["run", ...flags, ...allowed, program];
    await using process = new LineProcess(Deno.execPath(), args);
    assertEquals(await process.ended(), 0, process.stderr.join("\n"));
    const { collected, returned, kept } = JSON.parse(process.stdout[0] ?? "");
    assertEquals(kept, 100);
    assert(collected > 80, `the garbage collector alone leaves ${collected} MB`);
    assert(returned < collected / 2, `${returned} of ${collected} MB are not given back`);
  },
});

Deno.test("memoryReturner() says so when there is no garbage collector to call", async () => {
  const program = `import("${MODULE.href}").then((module) => module.memoryReturner())`;
  const args = ["eval", "--no-config", program];
  await using process = new LineProcess(Deno.execPath(), args, { NO_COLOR: "1" });
  assertEquals(await process.ended(), 1);
  assert(process.stderr.join("\n").includes("Cannot collect garbage: --expose-gc is missing"));
});

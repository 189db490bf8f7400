import { assert, assertEquals } from "@std/assert";
import { LineProcess } from "../../../../scripts/line_process.ts";
import { temporaryDirectory } from "../../../support/temporary_directory.ts";

const MODULE = new URL("../../../../scripts/soak/measures/own_memory.ts", import.meta.url);

/** 100 MB in pieces as long as datagrams, of which every thousandth outlives the others. */
const BURST = `
import { ownMemory } from ${JSON.stringify(MODULE.href)};
const memory = ownMemory();
const rss = () => Deno.memoryUsage().rss / 1e6;
const kept = [];
function burst() {
  const pieces = Array.from({ length: 100_000 }, () => new Uint8Array(1_000).fill(1));
  kept.push(...pieces.filter((_, index) => index % 1_000 === 999));
}
memory.returnUnused();
const [before, usedBefore] = [rss(), memory.bytesInUse()];
burst();
globalThis.gc();
const collected = rss() - before;
memory.returnUnused();
const returned = rss() - before;
const used = memory.bytesInUse();
kept.push(new Uint8Array(1_000_000), Array.from({ length: 1_000 }, () => new Uint8Array(1_000)));
memory.returnUnused();
const more = memory.bytesInUse() - used;
const pieces = used - usedBefore;
console.log(JSON.stringify({ collected, returned, pieces, more, kept: kept.length }));
`;

Deno.test({
  name: "OwnMemory returns what a burst took, though some of it lives on, and knows what that is",
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
    const { collected, returned, pieces, more, kept } = JSON.parse(process.stdout[0] ?? "");
    assertEquals(kept, 102);
    assert(collected > 80, `the garbage collector alone leaves ${collected} MB`);
    assert(Math.abs(pieces) < 1e6, `a hundred pieces are ${pieces} bytes`);
    assert(more > 2e6 && more < 2.5e6, `two megabytes more are ${more} bytes`);
    assert(returned < collected / 2, `${returned} of ${collected} MB are not given back`);
  },
});

Deno.test("ownMemory() says so when there is no garbage collector to call", async () => {
  const program = `import("${MODULE.href}").then((module) => module.ownMemory())`;
  const args = ["eval", "--no-config", program];
  await using process = new LineProcess(Deno.execPath(), args, { NO_COLOR: "1" });
  assertEquals(await process.ended(), 1);
  assert(process.stderr.join("\n").includes("Cannot collect garbage: --expose-gc is missing"));
});

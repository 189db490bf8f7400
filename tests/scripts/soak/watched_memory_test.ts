import { assert, assertEquals } from "@std/assert";
import type { MemorySample } from "../../../scripts/soak/measures/memory_slope.ts";
import { watchedMemory } from "../../../scripts/soak/watched_memory.ts";
import { LineProcess } from "../../../scripts/line_process.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";

/** Makes intervals a hundred times as short. */
const HURRY = `
const { setInterval: begin } = globalThis;
globalThis.setInterval = (run, ms, ...args) => begin(run, ms / 100, ...args);
`;

/** Takes from a library the functions that it need not have. */
const OLD_LIBRARY = `
const { dlopen } = Deno;
Deno.dlopen = (path, functions) => {
  const { symbols } = dlopen(path, functions);
  const optional = Object.entries(functions).filter(([, { optional }]) => optional);
  return { symbols: { ...symbols, ...Object.fromEntries(optional.map(([name]) => [name, null])) } };
};
`;

/** What a process notes that lives for a second, after `prelude`. */
async function notesAfter(prelude: string): Promise<readonly MemorySample[] | undefined> {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/a directory & its name`;
  await Deno.mkdir(path);
  const [preload, program] = [`${path}/preload.ts`, `${path}/program.ts`];
  await Deno.writeTextFile(preload, prelude);
  await Deno.writeTextFile(program, "setTimeout(() => console.log('done'), 1_000);\n");
  const flags = ["--no-config", "--no-check", "--allow-write", `--preload=${preload}`];
  const noted = watchedMemory({ path });
  const args = ["run", ...flags, ...noted.runtimeFlags, program];
  await using process = new LineProcess(Deno.execPath(), args);
  assertEquals(await process.ended(), 0, process.stderr.join("\n"));
  assertEquals(process.stdout, ["done"]);
  return await noted.inUse();
}

Deno.test("watchedMemory() has memory noted every ten seconds, and keeps no process alive", async () => {
  const samples = await notesAfter(HURRY);
  if (Deno.build.os !== "linux") {
    assertEquals(samples, undefined);
    return;
  }
  assert(samples !== undefined && samples.length >= 2, `${samples?.length} notes`);
  assert(samples.every(({ bytes }) => bytes > 1e6 && bytes < 1e8));
  assert(samples.every(({ atMs }, index) => atMs > (samples[index - 1]?.atMs ?? 0)));
});

Deno.test("watchedMemory() says when the C library can't tell what is in use", async () => {
  assertEquals(await notesAfter(`${HURRY}${OLD_LIBRARY}`), undefined);
});

Deno.test("watchedMemory() expects no notes of a built executable", async () => {
  await using directory = await temporaryDirectory();
  const inUse = (...command: [string, ...string[]]) =>
    watchedMemory(directory, { command }).inUse();
  assertEquals(await inUse("/opt/hushcast"), undefined);
  assertEquals(await inUse("deno", "run", "main.ts"), []);
});

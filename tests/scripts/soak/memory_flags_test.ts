import { assert, assertEquals } from "@std/assert";
import { memoryFlags } from "../../../scripts/soak/memory_flags.ts";
import { readMemoryNotes } from "../../../scripts/soak/measures/memory_notes.ts";
import { LineProcess } from "../../../scripts/line_process.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";

/** Makes intervals a hundred times as short. */
const HURRY = `
const { setInterval: begin } = globalThis;
globalThis.setInterval = (run, ms, ...args) => begin(run, ms / 100, ...args);
`;

Deno.test("memoryFlags() have memory noted every ten seconds, and keep no process alive", async () => {
  await using directory = await temporaryDirectory();
  const hurry = `${directory.path}/hurry.ts`;
  const program = `${directory.path}/program.ts`;
  const notes = `${directory.path}/a file & its name.txt`;
  await Deno.writeTextFile(hurry, HURRY);
  await Deno.writeTextFile(program, "setTimeout(() => console.log('done'), 1_000);\n");
  const flags = ["--no-config", "--no-check", "--allow-write", `--preload=${hurry}`];
  const args = ["run", ...flags, ...memoryFlags(notes), program];
  await using process = new LineProcess(Deno.execPath(), args);
  assertEquals(await process.ended(), 0, process.stderr.join("\n"));
  assertEquals(process.stdout, ["done"]);
  const samples = await readMemoryNotes(notes);
  if (Deno.build.os !== "linux") return;
  assert(samples.length >= 2, `${samples.length} notes`);
  assert(samples.every(({ bytes }) => bytes > 1e6 && bytes < 1e8));
  assert(samples.every(({ atMs }, index) => atMs > (samples[index - 1]?.atMs ?? 0)));
});

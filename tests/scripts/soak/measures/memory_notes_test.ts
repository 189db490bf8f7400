import { assertEquals, assertRejects } from "@std/assert";
import {
  memoryNote,
  readMemoryNotes,
  UNKNOWN_MEMORY_NOTE,
} from "../../../../scripts/soak/measures/memory_notes.ts";
import { temporaryDirectory } from "../../../support/temporary_directory.ts";

const SAMPLES = [{ atMs: 10_000, bytes: 61_234_567 }, { atMs: 20_001, bytes: 62_000_000 }];

Deno.test("readMemoryNotes() gives what was noted, and leaves out a line that has no end", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/memory.txt`;
  await Deno.writeTextFile(path, `${SAMPLES.map(memoryNote).join("")}30002 620`);
  assertEquals(await readMemoryNotes(path), SAMPLES);
});

Deno.test("readMemoryNotes() has nothing where nothing was noted", async () => {
  await using directory = await temporaryDirectory();
  assertEquals(await readMemoryNotes(`${directory.path}/memory.txt`), []);
});

Deno.test("readMemoryNotes() tells what is not known from what is not noted yet", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/memory.txt`;
  await Deno.writeTextFile(path, UNKNOWN_MEMORY_NOTE);
  assertEquals(await readMemoryNotes(path), undefined);
});

Deno.test("readMemoryNotes() refuses a file of something else", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/memory.txt`;
  await Deno.writeTextFile(path, "10000 much\n");
  await assertRejects(() => readMemoryNotes(path), Error, '"10000 much" is no note of memory');
});

Deno.test("memoryNote() rounds the moment to a millisecond", () => {
  assertEquals(memoryNote({ atMs: 10_000.6, bytes: 5 }), "10001 5\n");
});

/**
 * Loaded ahead of a program whose memory is measured, as `note_memory_often.ts?notes=FILE`: appends to
 * that file what is in use, or at once that this can't be told. See `watched_memory.ts`.
 *
 * @module
 */
import { memoryNote, UNKNOWN_MEMORY_NOTE } from "./memory_notes.ts";
import { ownMemory } from "./own_memory.ts";

/** Long enough that it shows in no percentile of lag, milliseconds. */
const EVERY_MS = 10_000;

const notes = new URL(import.meta.url).searchParams.get("notes");
if (notes === null) throw new Error("Cannot note memory: ?notes=FILE is missing");
const memory = ownMemory();

function note(file: string): void {
  memory.returnUnused();
  const bytes = memory.bytesInUse();
  if (bytes === undefined) return;
  append(file, memoryNote({ atMs: performance.now(), bytes }));
}

function append(file: string, text: string): void {
  Deno.writeTextFileSync(file, text, { append: true });
}

if (memory.bytesInUse() === undefined) append(notes, UNKNOWN_MEMORY_NOTE);

// It keeps no process alive.
Deno.unrefTimer(setInterval(note, EVERY_MS, notes));

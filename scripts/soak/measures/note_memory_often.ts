/**
 * Loaded ahead of a program whose memory is measured, as `note_memory_often.ts?notes=FILE`: appends to
 * that file what is in use. See `memory_flags.ts`.
 *
 * @module
 */
import { memoryNote } from "./memory_notes.ts";
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
  Deno.writeTextFileSync(file, memoryNote({ atMs: performance.now(), bytes }), { append: true });
}

// It keeps no process alive.
Deno.unrefTimer(setInterval(note, EVERY_MS, notes));

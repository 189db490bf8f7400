const NOTE_MEMORY = new URL("./measures/note_memory_often.ts", import.meta.url);

/**
 * What the runtime of a process is told beside the usual when its memory is judged.
 *
 * Where there is memory enough, the engine lets a heap with 18 MiB in use grow past 100 MiB before it
 * looks for garbage there, and then looks every few minutes; and the C library keeps what one burst
 * took while anything behind it lives. Growth of a few MiB an hour is lost in that. So every ten
 * seconds memory that is not in use is returned to the system, and the rest is noted down.
 *
 * @param notes File for the notes; see `readMemoryNotes`.
 * @returns Flags for `deno run`; a built executable takes none.
 */
export function memoryFlags(notes: string): readonly string[] {
  const preload = new URL(NOTE_MEMORY);
  preload.searchParams.set("notes", notes);
  return ["--v8-flags=--expose-gc", "--allow-ffi", `--preload=${preload.href}`];
}

import { join } from "node:path";
import { hushcastCommand, isExecutable } from "../hushcast_process.ts";
import { readMemoryNotes } from "./measures/memory_notes.ts";
import type { MemorySample } from "./measures/memory_slope.ts";
import type { SoakDirectory } from "./soak_directory.ts";

const NOTE_MEMORY = new URL("./measures/note_memory_often.ts", import.meta.url);
const FILL_READ_BUFFERS = new URL("./measures/fill_read_buffers.ts", import.meta.url);

/** What is known of a process whose memory is noted. */
export interface WatchedMemoryOptions {
  /** Whether it speaks over `node:net`, as what speaks to NATS does. */
  readonly usesNodeSockets?: boolean;
  /** What starts it; the usual by default. */
  readonly command?: ReturnType<typeof hushcastCommand>;
}

/** Has the runtime take at the start what it would come to keep; see `fill_read_buffers.ts`. */
const READ_BUFFER_FLAGS = [
  "--v8-flags=--expose-gc,--no-concurrent-array-buffer-sweeping",
  `--preload=${FILL_READ_BUFFERS.href}`,
] as const;

/** How a process is made to note its memory, and what it noted. */
export interface WatchedMemory {
  /** What the runtime of the process is told beside the usual: flags for `deno run`. */
  readonly runtimeFlags: readonly string[];
  /** Reads what it has noted so far; `undefined` where it can't tell. See `readMemoryNotes`. */
  inUse(): Promise<readonly MemorySample[] | undefined>;
}

/**
 * Has one process of a soak note its memory, unless it is a built executable: that takes no such flags.
 *
 * Where there is memory enough, the engine lets a heap with 18 MiB in use grow past 100 MiB before it
 * looks for garbage there, and then looks every few minutes; and the C library keeps what one burst
 * took while anything behind it lives. Growth of a few MiB an hour is lost in that. So every ten
 * seconds memory that is not in use is returned to the system, and the rest is noted down.
 *
 * @param directory Where the notes are written.
 * @param options What is known of the process.
 */
export function watchedMemory(
  { path }: Pick<SoakDirectory, "path">,
  { usesNodeSockets = false, command = hushcastCommand() }: WatchedMemoryOptions = {},
): WatchedMemory {
  const notes = join(path, "memory.txt");
  const preload = new URL(NOTE_MEMORY);
  preload.searchParams.set("notes", notes);
  return {
    runtimeFlags: [
      ...usesNodeSockets ? READ_BUFFER_FLAGS : ["--v8-flags=--expose-gc"],
      ...["--allow-ffi", `--preload=${preload.href}`],
    ],
    inUse: async () => isExecutable(command) ? undefined : await readMemoryNotes(notes),
  };
}

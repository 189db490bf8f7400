import type { MemorySample } from "./memory_slope.ts";

/** What a process notes that can't tell. */
export const UNKNOWN_MEMORY_NOTE = "unknown\n";

/** `MILLISECONDS BYTES` */
const NOTE = /^(\d+) (\d+)$/;

/** Writes a sample of memory for a file. @returns A line with its end. */
export function memoryNote({ atMs, bytes }: MemorySample): string {
  return `${Math.round(atMs)} ${bytes}\n`;
}

/**
 * Reads what a process noted about its memory.
 *
 * @param path A file of notes; where there is none, nothing was noted.
 * @returns In order of time, from the process's start on; `undefined` where it can't tell.
 * @throws {Error} If it holds anything else.
 */
export async function readMemoryNotes(path: string): Promise<MemorySample[] | undefined> {
  const text = await textOf(path);
  if (text === UNKNOWN_MEMORY_NOTE) return undefined;
  const lines = text.split("\n");
  // A process that is killed while it writes leaves part of a line.
  return lines.slice(0, -1).map((line) => {
    const [, atMs, bytes] = NOTE.exec(line) ?? [];
    if (atMs === undefined) throw new Error(`Cannot read ${path}: "${line}" is no note of memory`);
    return { atMs: Number(atMs), bytes: Number(bytes) };
  });
}

async function textOf(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

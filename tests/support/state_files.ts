import { join } from "node:path";

/** A file, as far as a change of it would be noticed. */
export interface FileStamp {
  readonly name: string;
  readonly ino: number | null;
  readonly changedMs: number | undefined;
  readonly content: string;
}

/**
 * What files are in a directory, by name.
 *
 * @param directory The directory.
 */
export async function filesIn(directory: string): Promise<readonly FileStamp[]> {
  const names = [...Deno.readDirSync(directory)].filter(({ isFile }) => isFile)
    .map(({ name }) => name).sort();
  return await Promise.all(names.map(async (name) => {
    const { ino, mtime } = await Deno.stat(join(directory, name));
    const content = new TextDecoder("latin1").decode(await Deno.readFile(join(directory, name)));
    return { name, ino, changedMs: mtime?.getTime(), content };
  }));
}

/** The names of what is in a directory. */
export function namesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

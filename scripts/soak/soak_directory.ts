import { join } from "node:path";

/** A directory in which a soak keeps its files. */
export interface SoakDirectory extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes the directory of a soak: one that stays, or one that goes when it is disposed of.
 *
 * @param name As in `relay`.
 * @param keep Where it is to stay; a directory of that name is made in it.
 */
export async function soakDirectory(name: string, keep?: string): Promise<SoakDirectory> {
  if (keep !== undefined) {
    await Deno.mkdir(keep, { recursive: true });
    const path = await Deno.makeTempDir({ dir: keep, prefix: `${name}-` });
    return { path, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const path = await Deno.makeTempDir({ prefix: `hushcast-soak-${name}-` });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Writes what a process has said into a directory of a soak. */
export async function writeLines(
  { path }: SoakDirectory,
  file: string,
  lines: readonly string[],
): Promise<void> {
  await Deno.writeTextFile(join(path, file), lines.map((line) => `${line}\n`).join(""));
}

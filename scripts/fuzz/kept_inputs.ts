import { join } from "node:path";
import { sha256 } from "../../src/crypto/sha256.ts";

/** Where the inputs are kept that failed once, a folder for each target. */
export const KEPT_INPUTS = new URL("../../tests/testdata/fuzz/", import.meta.url).pathname;

/** Hexadecimal digits of a kept input's name. */
const NAME_DIGITS = 8;

/** An input that was kept. */
export interface KeptInput {
  /** Name of its file, without the folder. */
  readonly name: string;
  /** Its file. */
  readonly path: string;
  /** As `encodeInput()` wrote it. */
  readonly text: string;
}

/**
 * Keeps an input that failed.
 *
 * @param folder Folder of all kept inputs, such as `KEPT_INPUTS`.
 * @param target Name of the target.
 * @param text As `encodeInput()` wrote it.
 * @returns Path of its file; the same for the same input.
 */
export async function keepInput(folder: string, target: string, text: string): Promise<string> {
  const digest = sha256(new TextEncoder().encode(text)).toHex();
  const path = join(folder, target, `${digest.slice(0, NAME_DIGITS)}.json`);
  await Deno.mkdir(join(folder, target), { recursive: true });
  await Deno.writeTextFile(path, text);
  return path;
}

/**
 * Reads the inputs that were kept of a target.
 *
 * @param folder Folder of all kept inputs, such as `KEPT_INPUTS`.
 * @param target Name of the target.
 * @returns In the order of their names; none when nothing was kept.
 */
export function readKeptInputs(folder: string, target: string): KeptInput[] {
  const directory = join(folder, target);
  return jsonFilesIn(directory).sort().map((name) => {
    const path = join(directory, name);
    return { name, path, text: Deno.readTextFileSync(path) };
  });
}

/**
 * Names of the targets that inputs were kept of.
 *
 * @param folder Folder of all kept inputs, such as `KEPT_INPUTS`.
 */
export function keptTargets(folder: string): string[] {
  return [...Deno.readDirSync(folder)].filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => name).sort();
}

function jsonFilesIn(directory: string): string[] {
  try {
    return [...Deno.readDirSync(directory)].map(({ name }) => name)
      .filter((name) => name.endsWith(".json"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

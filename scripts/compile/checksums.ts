import { basename, dirname, join, resolve } from "node:path";
import { sha256 } from "../../src/crypto/sha256.ts";

const FILE = "SHA256SUMS";

/** A line as `sha256sum` writes it. */
const LINE = /^([0-9a-f]{64}) [ *](.+)$/;

/**
 * Writes checksums into the `SHA256SUMS` of a folder. Lines of other files that are still there are
 * kept.
 *
 * @param folder Where `SHA256SUMS` is.
 * @param sums SHA-256 in hex, by the path of the file; files in other folders are left out.
 */
export async function writeChecksums(
  folder: string,
  sums: ReadonlyMap<string, string>,
): Promise<void> {
  const here = [...sums].filter(([path]) => dirname(resolve(path)) === resolve(folder));
  if (here.length === 0) return;
  const named = here.map(([path, sum]): [string, string] => [basename(path), sum]);
  const lines = new Map([...await keptLines(folder), ...named]);
  const text = [...lines].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, sum]) => `${sum}  ${name}\n`).join("");
  await Deno.writeTextFile(join(folder, `${FILE}.new`), text);
  await Deno.rename(join(folder, `${FILE}.new`), join(folder, FILE));
}

/** SHA-256 of a file, in hex. */
export async function checksumOf(path: string): Promise<string> {
  return sha256(await Deno.readFile(path)).toHex();
}

async function keptLines(folder: string): Promise<[name: string, sum: string][]> {
  const present = new Set(Array.from(Deno.readDirSync(folder), ({ name }) => name));
  if (!present.has(FILE)) return [];
  const text = await Deno.readTextFile(join(folder, FILE));
  return text.split("\n").flatMap((line): [string, string][] => {
    const [, sum, name] = LINE.exec(line) ?? [];
    return sum !== undefined && name !== undefined && present.has(name) ? [[name, sum]] : [];
  });
}

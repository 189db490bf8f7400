import { delimiter, join } from "node:path";

/**
 * Finds a program that can be run by its bare name.
 *
 * @param program Its file name, such as `zsh`.
 * @returns The first file of that name in the folders of `PATH`; `undefined` if none has one.
 */
export function findProgram(program: string): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, program)).find(isFile);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    // A folder of PATH may be missing, be a file, or be closed to us.
    const expected = [
      Deno.errors.NotFound,
      Deno.errors.NotADirectory,
      Deno.errors.PermissionDenied,
    ];
    if (expected.some((type) => error instanceof type)) return false;
    throw error;
  }
}

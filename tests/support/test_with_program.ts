import { delimiter, join } from "node:path";
import { leaveOut } from "./leave_out.ts";

/**
 * Whether a program can be run by its bare name.
 *
 * @param program Its file name, such as `zsh`.
 * @returns Whether a folder of `PATH` has a file of that name.
 */
export function hasProgram(program: string): boolean {
  const folders = (Deno.env.get("PATH") ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.some((folder) => isFile(join(folder, program)));
}

/**
 * Registers a test that needs a program. Without it the test is ignored and its name says what is
 * missing; under CI it fails instead, so that it is never left out unnoticed.
 *
 * @param program The program's file name.
 * @param aptPackage The Debian package that has it.
 * @param name The test's name.
 * @param fn The test.
 */
export function programTest(
  program: string,
  aptPackage: string,
  name: string,
  fn: () => void | Promise<void>,
): void {
  if (hasProgram(program)) Deno.test(name, fn);
  else leaveOut(name, `needs ${program}: apt-get install ${aptPackage}`);
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

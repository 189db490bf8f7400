import { findProgram } from "../../scripts/find_program.ts";
import { leaveOut } from "./leave_out.ts";

/**
 * Whether a program can be run by its bare name.
 *
 * @param program Its file name, such as `zsh`.
 * @returns Whether a folder of `PATH` has a file of that name.
 */
export function hasProgram(program: string): boolean {
  return findProgram(program) !== undefined;
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

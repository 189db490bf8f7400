import { leaveOut } from "./leave_out.ts";

/**
 * Registers a test that makes files of other users, which only root can. It is left out for others,
 * under CI too.
 *
 * @param name The test's name.
 * @param fn The test.
 */
export function rootTest(name: string, fn: () => Promise<void>): void {
  const isRoot = Deno.build.os !== "windows" && Deno.uid() === 0;
  if (isRoot) Deno.test(name, fn);
  else leaveOut(name, "needs root", { isMandatory: false });
}

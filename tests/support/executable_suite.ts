import type { BuiltExecutable, ExecutableSearch } from "./built_executable.ts";
import { findBuiltExecutable } from "./built_executable.ts";
import { ExecutableInstallation } from "./executable_installation.ts";
import type { ExecutableStage } from "./executable_stage.ts";
import { leaveOut } from "./leave_out.ts";

/**
 * Registers a test of the built executable.
 *
 * @param name The test's name.
 * @param fn The test; it is handed a stage of its own.
 * @param ignored Why it cannot run on this machine, if so.
 */
export type ExecutableTest = (
  name: string,
  fn: (stage: ExecutableStage, context: Deno.TestContext) => Promise<void>,
  ignored?: string,
) => void;

/**
 * Prepares the tests of a file for the built executable, which is installed before the first of them
 * and removed after the last. Without an executable they are ignored, and their names say what is
 * missing; under CI they fail instead, so that they are never left out unnoticed.
 *
 * @param only The one kind that the tests of this file are about, if they are.
 * @returns Registers a test. Each asserts that working directory and home are empty at its end.
 */
export function executableSuite(only?: BuiltExecutable["kind"]): ExecutableTest {
  const search = findBuiltExecutable();
  if (search.state !== "found") return withoutExecutable(search);
  const { executable } = search;
  if (only !== undefined && executable.kind !== only) {
    return withoutExecutable({ state: "unsupported", needs: `is about the ${only} executable` });
  }
  let installed: ExecutableInstallation | undefined;
  Deno.test.beforeAll(async () => {
    installed = await ExecutableInstallation.create(executable);
  });
  Deno.test.afterAll(() => installed?.[Symbol.asyncDispose]());
  return (name, fn, ignored) => {
    Deno.test({
      name: `${executable.kind} executable: ${name}${ignored ? ` (${ignored})` : ""}`,
      ignore: ignored !== undefined,
      async fn(context) {
        if (installed === undefined) throw new Error("Cannot run test: nothing is installed");
        await using stage = await installed.stage();
        await fn(stage, context);
        stage.assertUntouched();
      },
    });
  };
}

function withoutExecutable(search: Exclude<ExecutableSearch, { state: "found" }>): ExecutableTest {
  const isMandatory = search.state === "missing" && search.isMandatory;
  return (name) => leaveOut(`executable: ${name}`, search.needs, { isMandatory });
}

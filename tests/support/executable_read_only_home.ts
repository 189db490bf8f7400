import type { ExecutableStage, StageOptions } from "./executable_stage.ts";

/** The user and the group `nobody` of most systems; neither needs to have a name here. */
const NOBODY = 65534;

const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];

/**
 * Takes from the executable the right to write to its home, and gives it a cache nowhere else.
 * Permissions mean nothing to root: it becomes another user, or is given a home that even root
 * cannot write to.
 *
 * @param stage Where it is run; state and `TMPDIR` stay writable.
 * @returns How it is to be started.
 */
export async function readOnlyHome(stage: ExecutableStage): Promise<StageOptions> {
  const environment = { HUSHCAST_CACHE: undefined };
  await Deno.chmod(stage.home, 0o555);
  if (Deno.uid() !== 0) return { environment };
  if (!await canBeNobody(stage.installed.path)) {
    return { environment: { ...environment, HOME: "/proc" } };
  }
  for (const folder of [stage.home, stage.state, stage.temporary]) {
    await Deno.chown(folder, NOBODY, NOBODY);
  }
  return { environment, within: AS_NOBODY };
}

/** Whether this process may give up its rights, and what was installed can be reached without. */
async function canBeNobody(path: string): Promise<boolean> {
  const [command = "", ...args] = [...AS_NOBODY, "test", "-x", path];
  try {
    return (await new Deno.Command(command, { args, stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

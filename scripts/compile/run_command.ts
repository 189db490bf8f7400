/** How a program ended. */
export interface CommandResult {
  readonly success: boolean;
  /** What it wrote, decoded. */
  readonly stdout: string;
  /** What it wrote, decoded, without colours. */
  readonly stderr: string;
}

/** Runs a program to its end; tests hand in their own. */
export type RunCommand = (program: string, args: readonly string[]) => Promise<CommandResult>;

/**
 * Runs a program to its end, without input.
 *
 * @param program What to run.
 * @param args Its arguments.
 * @returns How it ended; a program that cannot be started counts as failed, and says why.
 */
export async function runCommand(
  program: string,
  args: readonly string[],
): Promise<CommandResult> {
  const command = new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  });
  try {
    const { success, stdout, stderr } = await command.output();
    const decoder = new TextDecoder();
    return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { success: false, stdout: "", stderr: `${program}: not found` };
  }
}

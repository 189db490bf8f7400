import { COMMAND_DESCRIPTIONS } from "../control/command_descriptions.ts";
import { readArgumentWord } from "./argument_word.ts";
import type { CommandContext } from "./command.ts";
import { COMPLETION_SHELLS, type CompletionShell } from "./completion_shells.ts";
import { bashScript } from "./completions/bash_script.ts";
import { type CompletionModel, completionModel } from "./completions/completion_model.ts";
import { fishScript } from "./completions/fish_script.ts";
import { zshScript } from "./completions/zsh_script.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";

const SCRIPTS: Readonly<Record<CompletionShell, (model: CompletionModel) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** Runs `hushcast completions`, which prints a script for a shell; see `CommandModule`. */
export async function run(
  { positionals: [word], io }: CommandContext<"completions">,
): Promise<ExitCode> {
  const right = "write completions bash, completions zsh or completions fish";
  const shell = readArgumentWord(word, COMPLETION_SHELLS, { noun: "shell", right });
  await io.stdout.write(SCRIPTS[shell](completionModel(COMMAND_DESCRIPTIONS)));
  return EXIT_CODE.done;
}

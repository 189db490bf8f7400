import { assertEquals } from "@std/assert";
import { COMPLETION_SHELLS, type CompletionShell } from "../../src/cli/completion_shells.ts";
import { bashScript } from "../../src/cli/completions/bash_script.ts";
import {
  type CompletionModel,
  completionModel,
} from "../../src/cli/completions/completion_model.ts";
import { fishScript } from "../../src/cli/completions/fish_script.ts";
import { zshScript } from "../../src/cli/completions/zsh_script.ts";
import { COMMAND_DESCRIPTIONS } from "../../src/control/command_descriptions.ts";
import { programTest } from "../support/test_with_program.ts";
import { completeIn } from "../support/shell_completion.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** All that means something to some shell, or to what completes in it; it would leave a file. */
const NASTY_TEXT = "it's a:b [c] (d) {e,f} $(touch owned) `touch owned` $HOME \\n \\' \\\\ \"q\" " +
  "%d %F{red} ; & | > < ! # ~ * ? =(touch owned) ;; esac end 'x' -- é 漢";

const NASTY_WORDS = ["$(touch owned)", "'; touch owned; '", "a:b", "it's", "x[y]*", "é漢"];

/** Zsh shows words with the same text together. */
const summaryOf = (word: string) => `${NASTY_TEXT} ${word}`;

const NASTY_MODEL: CompletionModel = {
  options: [{ names: ["--help", "-h"], help: NASTY_TEXT, value: { kind: "none" } }],
  commands: [{
    name: "odd",
    aliases: ["--odd"],
    summary: NASTY_TEXT,
    flagsFirst: false,
    maxPositionals: 1,
    firstWords: NASTY_WORDS.map((word) => ({ word, summary: summaryOf(word) })),
    options: [
      { names: ["--none"], help: NASTY_TEXT, value: { kind: "none" } },
      { names: ["--text"], help: NASTY_TEXT, value: { kind: "text", placeholder: NASTY_TEXT } },
      { names: ["--file"], help: NASTY_TEXT, value: { kind: "file", placeholder: NASTY_TEXT } },
      {
        names: ["--word"],
        help: NASTY_TEXT,
        value: { kind: "words", placeholder: NASTY_TEXT, words: NASTY_WORDS },
      },
    ],
  }],
};

const SCRIPTS: Readonly<Record<CompletionShell, (model: CompletionModel) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** Prints the names of all functions and variables, and those again once the script is read. */
const NAMES: Readonly<Record<CompletionShell, string>> = {
  bash: 'names() { compgen -A function; compgen -v; }; names; echo; . "$1"; names',
  zsh: "autoload -U compinit; compinit -u -D; zmodload zsh/parameter; " +
    "names() { print -l ${(k)functions} ${(k)parameters}; }; names; echo; source $1; names",
  fish: "function names; functions -na; set -n; end; names; echo; source $argv[1]; names",
};

async function run(program: string, args: readonly string[]): Promise<string> {
  const output = await new Deno.Command(program, { args: [...args], stdin: "null" }).output();
  const [stdout, stderr] = [output.stdout, output.stderr]
    .map((bytes) => new TextDecoder().decode(bytes));
  assertEquals([output.code, stderr], [0, ""]);
  return stdout ?? "";
}

for (const { word: shell } of COMPLETION_SHELLS) {
  const bare = { bash: ["--norc", "--noprofile"], zsh: ["-f"], fish: ["--no-config"] }[shell];

  programTest(
    shell,
    shell,
    `${shell}Script() is valid and defines only its own names`,
    async () => {
      await using directory = await temporaryDirectory();
      const path = `${directory.path}/_hushcast`;
      for (const model of [NASTY_MODEL, completionModel(COMMAND_DESCRIPTIONS)]) {
        await Deno.writeTextFile(path, SCRIPTS[shell](model));
        assertEquals(await run(shell, [...bare, "-n", path]), "");
        const strict = shell === "fish" ? [] : ["-eu"];
        const name = shell === "fish" ? [] : [shell];
        const output = await run(shell, [...bare, ...strict, "-c", NAMES[shell], ...name, path]);
        const [before = "", after = ""] = output.split("\n\n");
        const known = new Set(before.split("\n"));
        const added = after.trim().split("\n").filter((name) => !known.has(name));
        assertEquals(added.length > 0, true);
        assertEquals(added.filter((name) => !name.startsWith("_hushcast")), []);
      }
    },
  );

  programTest(shell, shell, `${shell}Script() hands texts on as they are`, async () => {
    await using directory = await temporaryDirectory();
    const lines = ["hushcast o", "hushcast odd ", "hushcast odd --n", "hushcast odd --word "];
    const script = SCRIPTS[shell](NASTY_MODEL);
    const [command, firstWords, option, values] = await completeIn(shell, {
      script,
      lines: [...lines, "hushcast odd --text ", "hushcast odd --file "],
      directory: directory.path,
    });
    const description = shell === "bash" ? "" : NASTY_TEXT;
    assertEquals(command, [{ word: "odd", description }]);
    assertEquals(option, [{ word: "--none", description }]);
    const words = NASTY_WORDS.toSorted();
    assertEquals(
      firstWords,
      words.map((word) => ({ word, description: shell === "bash" ? "" : summaryOf(word) })),
    );
    assertEquals(values?.map(({ word }) => word), words);
    assertEquals([...Deno.readDirSync(directory.path)], []);
  });
}

programTest("shellcheck", "shellcheck", "bashScript() passes shellcheck", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/hushcast.bash`;
  await Deno.writeTextFile(path, bashScript(completionModel(COMMAND_DESCRIPTIONS)));
  assertEquals(await run("shellcheck", ["--norc", "--shell=bash", path]), "");
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../src/cli/commands.ts";
import { COMPLETION_SHELLS } from "../../src/cli/completion_shells.ts";
import { runCli } from "../../src/cli/run_cli.ts";
import { fakeCliIo } from "../support/fake_cli_io.ts";

/** Runs `hushcast completions` where there is neither a home nor a file. */
async function completions(...args: readonly string[]) {
  const io = fakeCliIo({ variables: {} });
  const code = await runCli(["completions", ...args], io, COMMANDS);
  return { code, stdout: io.stdout.text, stderr: io.stderr.text };
}

const registrations = {
  bash: "complete -F _hushcast hushcast\n",
  zsh: "#compdef hushcast\n",
  fish: "complete -c hushcast -f\n",
};

for (const { word: shell } of COMPLETION_SHELLS) {
  Deno.test(`completions ${shell} prints a script and nothing else`, async () => {
    const { code, stdout, stderr } = await completions(shell);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, `# TAB completion of hushcast for ${shell}, as '`);
    assertStringIncludes(stdout, registrations[shell]);
    assertEquals(stdout.endsWith("\n") && !stdout.endsWith("\n\n"), true);
    assertEquals(stdout.includes("undefined"), false);
  });
}

const wrong: { args: string[]; line: string }[] = [
  { args: [], line: "missing shell: write completions bash, completions zsh or completions fish" },
  { args: ["zs"], line: 'unknown shell "zs": did you mean zsh?' },
  {
    args: ["powershell"],
    line: 'unknown shell "powershell": write completions bash, completions zsh or completions fish',
  },
  { args: ["bahs"], line: 'unknown shell "bahs": did you mean bash?' },
  { args: ["bash", "zsh"], line: 'unexpected argument "zsh"' },
  { args: ["bash", "--json"], line: "unknown option --json" },
];

for (const { args, line } of wrong) {
  Deno.test(`completions ${args.join(" ")} exits with 2: ${line}`, async () => {
    assertEquals(await completions(...args), {
      code: 2,
      stdout: "",
      stderr: `hushcast completions: ${line}; try 'hushcast completions --help'\n`,
    });
  });
}

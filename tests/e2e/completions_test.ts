import { assertEquals } from "@std/assert";
import { HushcastProcess } from "../../scripts/hushcast_process.ts";
import { COMPLETION_SHELLS, type CompletionShell } from "../../src/cli/completion_shells.ts";
import { COMMAND_NAMES } from "../../src/cli/help.ts";
import { programTest } from "../support/test_with_program.ts";
import { BASH_WORD_BREAKS, completeIn } from "../support/shell_completion.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** A command line, and what its last word can become in every shell. */
interface Case {
  readonly line: string;
  readonly words: readonly string[];
  /** Fish shows options only behind a dash. */
  readonly inFish?: readonly string[];
}

const RELAY_OPTIONS = [
  "--auth-tokens",
  "--bind",
  "--client-timeout",
  "--cluster",
  "--cluster-ca",
  "--cluster-credentials",
  "--cluster-key-file",
  "--cluster-name",
  "--cluster-relay",
  "--cluster-replicas",
  "--config",
  "--control-cert",
  "--control-host",
  "--control-key",
  "--control-port",
  "--control-token-file",
  "--cookie-threshold",
  "--datagram-budget",
  "--fragment-timeout",
  "--group",
  "--group-delivery",
  "--group-delivery-port",
  "--help",
  "--history",
  "--history-age",
  "--history-bytes",
  "--history-messages",
  "--http",
  "--http-names",
  "--interface",
  "--log-file",
  "--log-file-backups",
  "--log-file-max-bytes",
  "--log-format",
  "--log-level",
  "--max-clients",
  "--max-message",
  "--max-message-age",
  "--multicast",
  "--no-multicast",
  "--port",
  "--rsa-bits",
  "--state",
];

const CONTROL_COMMANDS = [
  "ban",
  "broadcast",
  "exit",
  "get_client",
  "get_stats",
  "help",
  "kick_client",
  "list_bans",
  "list_clients",
  "log_level",
  "logs",
  "quit",
  "rotate_keys",
  "send",
  "unban",
];

const COMMANDS = [...COMMAND_NAMES].sort();

const cases: readonly Case[] = [
  // In place of the command.
  { line: "hushcast ", words: [...COMMANDS, "help"].sort() },
  { line: "hushcast di", words: ["direct", "direct-send"] },
  { line: "hushcast -", words: ["--help", "--version", "-V", "-h"] },
  { line: "hushcast --v", words: ["--version"] },
  { line: "hushcast nonsense ", words: [] },
  { line: "hushcast --version ", words: [] },
  { line: "/usr/local/bin/hushcast ide", words: ["identity"] },
  // Topics of help.
  { line: "hushcast help ", words: COMMANDS },
  { line: "hushcast --help re", words: ["relay"] },
  { line: "hushcast -h re", words: ["relay"] },
  { line: "hushcast help relay ", words: [] },
  // Options, of this command only.
  { line: "hushcast relay --", words: RELAY_OPTIONS },
  { line: "hushcast relay ", words: [...RELAY_OPTIONS, "-h"], inFish: [] },
  { line: "hushcast relay --js", words: [] },
  { line: "hushcast listen --js", words: ["--json"] },
  { line: "hushcast listen --no", words: [] },
  { line: "hushcast listen --re", words: ["--relay", "--reliable", "--replay"] },
  { line: "hushcast listen --si", words: ["--since"] },
  { line: "hushcast chat --re", words: ["--relay", "--reliable"] },
  { line: "hushcast relay --no", words: ["--no-multicast"] },
  { line: "hushcast send hello --rel", words: ["--relay", "--reliable"] },
  { line: "hushcast send --name relay --relia", words: ["--reliable"] },
  { line: "hushcast send --name=relay --relia", words: ["--reliable"] },
  { line: "hushcast chat --join - --reliable --to", words: ["--token", "--token-file"] },
  { line: "hushcast send ", words: [] },
  { line: "hushcast relay -- --", words: [] },
  { line: "hushcast send -- hello --", words: [] },
  // Values.
  { line: "hushcast relay --rsa-bits ", words: ["2048", "3072", "4096"] },
  { line: "hushcast relay --rsa-bits 3", words: ["3072"] },
  {
    line: "hushcast relay --rsa-bits=",
    words: ["--rsa-bits=2048", "--rsa-bits=3072", "--rsa-bits=4096"],
  },
  { line: "hushcast direct --no-multicast --rsa-bits=4", words: ["--rsa-bits=4096"] },
  { line: "hushcast chat --log-level=e", words: ["--log-level=error"] },
  { line: "hushcast chat --rsa-bits 2", words: [] },
  { line: "hushcast relay --group-delivery ", words: ["multicast", "off", "unicast"] },
  { line: "hushcast listen --group-d", words: ["--group-delivery"] },
  { line: "hushcast relay --port ", words: [] },
  { line: "hushcast relay --port=", words: [] },
  { line: "hushcast chat --relay ", words: [] },
  { line: "hushcast chat --relay=127.0.0.1:", words: [] },
  { line: "hushcast token --expires ", words: [] },
  { line: "hushcast relay --config ", words: ["files", "my file", "other", "token.txt"] },
  { line: "hushcast relay --config=t", words: ["--config=token.txt"] },
  { line: "hushcast send --file m", words: ["my file"] },
  { line: "hushcast send --file ./files/", words: ["./files/deep", "./files/inside"] },
  { line: "hushcast relay --state ", words: ["files", "other"] },
  { line: "hushcast relay --state=f", words: ["--state=files"] },
  { line: "hushcast direct --state ./files/", words: ["./files/deep"] },
  // The first argument.
  { line: "hushcast token ", words: ["add", "list", "revoke"] },
  { line: "hushcast token --json l", words: ["list"] },
  { line: "hushcast token --state files r", words: ["revoke"] },
  { line: "hushcast token -- r", words: ["revoke"] },
  { line: "hushcast token add ", words: [] },
  { line: "hushcast token add --ex", words: ["--expires"] },
  { line: "hushcast completions ", words: ["bash", "fish", "zsh"] },
  { line: "hushcast to", words: ["token", "top"] },
  {
    line: "hushcast top --",
    words: [
      "--ca",
      "--filter",
      "--help",
      "--host",
      "--interval",
      "--json",
      "--once",
      "--port",
      "--reverse",
      "--sort",
      "--token-file",
    ],
  },
  { line: "hushcast top --sort m", words: ["messages-in", "messages-out"] },
  { line: "hushcast top --ca m", words: ["my file"] },
  // Of the control port, where options come first.
  { line: "hushcast control ", words: CONTROL_COMMANDS },
  { line: "hushcast control --json --port 5 get", words: ["get_client", "get_stats"] },
  { line: "hushcast control -- list_b", words: ["list_bans"] },
  {
    line: "hushcast control --",
    words: ["--ca", "--help", "--host", "--json", "--port", "--token-file"],
  },
  { line: "hushcast control broadcast --", words: [] },
  { line: "hushcast control list_clients ", words: [] },
];

async function printedScript(shell: CompletionShell): Promise<string> {
  await using process = new HushcastProcess(["completions", shell]);
  assertEquals([await process.ended(), process.stderr], [0, []]);
  return process.stdout.map((line) => `${line}\n`).join("");
}

/** A working directory with files and directories to complete. */
async function directoryWithFiles(stack: AsyncDisposableStack): Promise<string> {
  const { path } = stack.use(await temporaryDirectory());
  await Deno.mkdir(`${path}/files/deep`, { recursive: true });
  await Deno.mkdir(`${path}/other`);
  for (const name of ["files/inside", "my file", "token.txt"]) {
    await Deno.writeTextFile(`${path}/${name}`, "");
  }
  return path;
}

async function complete(
  shell: CompletionShell,
  lines: readonly string[],
  wordBreaks?: string,
): Promise<string[][]> {
  await using stack = new AsyncDisposableStack();
  const directory = await directoryWithFiles(stack);
  const script = await printedScript(shell);
  const candidates = await completeIn(shell, { script, lines, directory, wordBreaks });
  return candidates.map((offered) => offered.map(({ word }) => word));
}

for (const { word: shell } of COMPLETION_SHELLS) {
  programTest(shell, shell, `completions: ${shell} offers what can follow`, async () => {
    const offered = await complete(shell, cases.map(({ line }) => line));
    const expected = cases.map(({ words, inFish = words }) => shell === "fish" ? inFish : words);
    assertEquals(
      Object.fromEntries(cases.map(({ line }, index) => [line, offered[index]])),
      Object.fromEntries(cases.map(({ line }, index) => [line, expected[index]])),
    );
  });
}

for (const breaks of ["=", ":", ""]) {
  const name = `completions: bash keeps the word whole when it breaks words at "${breaks}" alone`;
  programTest("bash", "bash", name, async () => {
    const lines = ["--rsa-bits=2", "--state=f", "--config=t", "--state other"]
      .map((option) => `hushcast relay ${option}`);
    const wordBreaks = BASH_WORD_BREAKS.replaceAll(/[=:]/g, "") + breaks;
    assertEquals(await complete("bash", lines, wordBreaks), [
      ["--rsa-bits=2048"],
      ["--state=files"],
      ["--config=token.txt"],
      ["other"],
    ]);
  });
}

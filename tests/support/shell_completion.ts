import { fileURLToPath } from "node:url";
import type { CompletionShell } from "../../src/cli/completion_shells.ts";
import { temporaryDirectory } from "./temporary_directory.ts";

/** Longest time a shell may take for all its lines; it needs less than a second. */
const TIMEOUT_MS = 30_000;

/** What bash tears words at by default. */
export const BASH_WORD_BREAKS = " \t\n\"'><=;|&(:";

/** A word that a shell offers. */
export interface Candidate {
  /** What the last word of the line would become, without a slash or blank that the shell adds. */
  readonly word: string;
  /** What the shell shows of it; empty in bash. */
  readonly description: string;
}

/** What is completed, and where. */
export interface Completion {
  /** What `hushcast completions` prints for the shell. */
  readonly script: string;
  /** Command lines with the cursor at their end; no quotes in those for bash. */
  readonly lines: readonly string[];
  /** Working directory, for paths. */
  readonly directory: string;
  /** What bash breaks words at, when not at the usual characters. */
  readonly wordBreaks?: string;
}

/**
 * Completes command lines in a real shell, as TAB would.
 *
 * @param shell The shell.
 * @param completion What is completed, and where.
 * @returns The candidates of each line, each once, sorted by word.
 * @throws {Error} If the shell fails or writes to standard error.
 */
export async function completeIn(
  shell: CompletionShell,
  completion: Completion,
): Promise<readonly Candidate[][]> {
  await using temporary = await temporaryDirectory();
  const output = await DRIVERS[shell](completion, temporary.path);
  const blocks = output.split("\x1e\n").slice(0, -1);
  if (blocks.length !== completion.lines.length) throw new Error(`Cannot read: ${output}`);
  return blocks.map(readCandidates);
}

const DRIVERS: Readonly<
  Record<CompletionShell, (completion: Completion, temporary: string) => Promise<string>>
> = { bash: completeInBash, zsh: completeInZsh, fish: completeInFish };

async function completeInBash(completion: Completion, temporary: string): Promise<string> {
  const script = `${temporary}/hushcast.bash`;
  await Deno.writeTextFile(script, completion.script);
  const { lines, wordBreaks = BASH_WORD_BREAKS } = completion;
  const args = ["--norc", "--noprofile", driver("complete.bash"), script, wordBreaks, ...lines];
  return await runShell("bash", args, completion);
}

async function completeInFish(completion: Completion, temporary: string): Promise<string> {
  const script = `${temporary}/hushcast.fish`;
  await Deno.writeTextFile(script, completion.script);
  const args = ["--no-config", driver("complete.fish"), script, ...completion.lines];
  return await runShell("fish", args, completion);
}

/** Zsh completes only at a terminal, so a zsh within gets one from the zsh without. */
async function completeInZsh(completion: Completion, temporary: string): Promise<string> {
  const [lines, result] = [`${temporary}/lines`, `${temporary}/result`];
  await Deno.writeTextFile(`${temporary}/_hushcast`, completion.script);
  await Deno.writeTextFile(lines, completion.lines.join("\n"));
  const program = "zmodload zsh/zpty; zpty inner zsh -f -i; zpty -w inner source ${(q)1}; " +
    "while zpty -r inner output; do :; done";
  await runShell("zsh", ["-f", "-c", program, "zsh", driver("complete.zsh")], completion, {
    HUSHCAST_FPATH: temporary,
    HUSHCAST_LINES: lines,
    HUSHCAST_RESULT: result,
  });
  return await Deno.readTextFile(result);
}

function driver(name: string): string {
  return fileURLToPath(new URL(`shell_completion/${name}`, import.meta.url));
}

async function runShell(
  shell: string,
  args: readonly string[],
  { directory }: Completion,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(shell, {
    args: [...args],
    cwd: directory,
    env: { ...variables },
    stdin: "null",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).output();
  const complaint = new TextDecoder().decode(stderr);
  if (!success || complaint !== "") throw new Error(`Cannot complete in ${shell}: ${complaint}`);
  return new TextDecoder().decode(stdout);
}

function readCandidates(block: string): Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const line of block.split("\n").filter((line) => line !== "")) {
    const [shown = "", description = ""] = line.split("\t");
    const word = shown.replace(/\/$/, "");
    candidates.set(word, { word, description });
  }
  return [...candidates.values()].toSorted((a, b) => a.word < b.word ? -1 : 1);
}

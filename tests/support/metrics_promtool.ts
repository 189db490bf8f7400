import { temporaryDirectory } from "./temporary_directory.ts";
import { programTest } from "./test_with_program.ts";

/** What `promtool` ended with. */
export interface PromtoolOutcome {
  readonly code: number;
  /** Both of its outputs, trimmed. */
  readonly output: string;
}

/** Registers a test that needs `promtool`; see `programTest`. */
export function promtoolTest(name: string, fn: () => Promise<void>): void {
  programTest("promtool", "prometheus", name, fn);
}

/**
 * Runs `promtool`.
 *
 * @param args What to check.
 * @param input What it reads, if that is standard input.
 */
export async function promtool(args: readonly string[], input = ""): Promise<PromtoolOutcome> {
  await using process = new Deno.Command("promtool", {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = process.output();
  const writer = process.stdin.getWriter();
  // It may have ended without reading, which its exit code tells.
  await writer.write(new TextEncoder().encode(input)).catch(() => undefined);
  await writer.close().catch(() => undefined);
  const { code, stdout, stderr } = await output;
  const decoder = new TextDecoder();
  return { code, output: `${decoder.decode(stdout)}${decoder.decode(stderr)}`.trim() };
}

/**
 * Lets `promtool` read expressions as those of recording rules.
 *
 * @param expressions Each in PromQL.
 */
export async function checkExpressions(expressions: readonly string[]): Promise<PromtoolOutcome> {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/rules.yml`;
  const rules = expressions.map((expr, index) => ({ record: `checked:expression:${index}`, expr }));
  // JSON is YAML as well.
  await Deno.writeTextFile(path, JSON.stringify({ groups: [{ name: "expressions", rules }] }));
  return await promtool(["check", "rules", path]);
}

import { wrapText } from "../../src/cli/wrap_text.ts";
import type { Machine } from "./machine.ts";

const LINE_WIDTH = 100;

/**
 * Prints what stands above all tables.
 *
 * @param machine On what is measured.
 * @param notes What a reader has to know; each is wrapped.
 * @param programs Lines about what is measured, where that is not said by the tables.
 */
export function printHead(
  { processor, processors, system, deno, date }: Machine,
  notes: readonly string[],
  programs: readonly string[] = [],
): void {
  console.log(`${processors} x ${processor}, ${system}, Deno ${deno}, ${date}`);
  for (const line of programs) console.log(line);
  for (const note of notes) console.log(wrapText(note, LINE_WIDTH).join("\n"));
}

/**
 * Says how many measurements failed, if any did.
 *
 * @param outcomes What came of each of them.
 * @param say Takes what is said on standard error.
 * @returns The exit code.
 */
export function tellFailures(
  outcomes: readonly { readonly outcome: string }[],
  say: (line: string) => void,
): number {
  const failed = outcomes.filter(({ outcome }) => outcome === "failed").length;
  if (failed > 0) say(`${failed} of ${outcomes.length} measurements failed`);
  return failed > 0 ? 1 : 0;
}

/**
 * Prints the settings as Markdown tables, for the README.
 *
 *     deno run scripts/print_settings.ts                                  print them
 *     deno run --allow-read --allow-write scripts/print_settings.ts --write README.md
 *     deno run --allow-read scripts/print_settings.ts --check README.md   exit code 1 when they differ
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { settingsMarkdown } from "../src/cli/settings_markdown.ts";

const BEGIN = "<!-- settings:begin -->\n";
const END = "<!-- settings:end -->";

/**
 * Puts the tables between the marks of a page.
 *
 * @param page Markdown with one `settings:begin` and, after it, one `settings:end` comment.
 * @returns The page with what stood between them replaced.
 * @throws {TypeError} If a mark is missing.
 */
export function withSettings(page: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new TypeError(`Cannot place settings: no ${BEGIN}...${END}`);
  return page.slice(0, begin + BEGIN.length) + settingsMarkdown() + page.slice(end);
}

function run({ write, check }: { write?: string; check?: string }): number {
  if (write) {
    Deno.writeTextFileSync(write, withSettings(Deno.readTextFileSync(write)));
  } else if (check) {
    const page = Deno.readTextFileSync(check);
    if (withSettings(page) === page) return 0;
    console.error(`${check} is out of date: run scripts/print_settings.ts --write ${check}`);
    return 1;
  } else {
    console.log(settingsMarkdown().trim());
  }
  return 0;
}

if (import.meta.main) {
  const flags = parseArgs(Deno.args, { string: ["write", "check"] });
  Deno.exit(run(flags));
}

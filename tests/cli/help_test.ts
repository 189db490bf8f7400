import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMAND_GUIDES } from "../../src/cli/command_guides.ts";
import { EXIT_CODE } from "../../src/cli/exit_code.ts";
import { COMMAND_NAMES, commandHelp, overviewHelp } from "../../src/cli/help.ts";
import { parseCommandLine } from "../../src/settings/command_line.ts";
import { COMMAND_SETTINGS } from "../../src/settings/command_settings.ts";
import { describeDefault } from "../../src/settings/describe_setting.ts";
import { resolveSettings } from "../../src/settings/resolve_settings.ts";
import type { SettingsTable } from "../../src/settings/setting.ts";
import { flagOf, takesFlag, variableOf } from "../../src/settings/setting_names.ts";
import { fakeSettingsEnvironment } from "../support/fake_settings_environment.ts";

const longestLine = (text: string) => Math.max(...text.split("\n").map(({ length }) => length));

for (const command of COMMAND_NAMES) {
  const table: SettingsTable = COMMAND_SETTINGS[command];
  const help = commandHelp(command, 80);
  const words = help.replaceAll(/\s+/g, " ");

  Deno.test(`commandHelp() of ${command} tells every setting, its default and its variable`, () => {
    for (const setting of Object.values(table)) {
      assertStringIncludes(words, setting.help);
      assertStringIncludes(words, `default: ${describeDefault(setting)}`);
      assertStringIncludes(
        words,
        takesFlag(setting) ? `  --${flagOf(setting)}`.trim() : setting.key,
      );
      if (takesFlag(setting)) assertStringIncludes(words, variableOf(setting));
    }
  });

  Deno.test(`commandHelp() of ${command} tells examples and exit codes`, () => {
    const { examples } = COMMAND_GUIDES[command];
    assert(examples.length >= 2 && examples.length <= 6);
    for (const { line, effect } of examples) {
      assertStringIncludes(help, `  ${line}\n      ${effect}`);
    }
    for (const code of Object.values(EXIT_CODE)) assertStringIncludes(help, `\n  ${code} `);
  });

  Deno.test(`commandHelp() of ${command} has examples that the command takes`, () => {
    for (const { line } of COMMAND_GUIDES[command].examples) {
      const args = argumentsOf(line);
      assertEquals(args.shift(), command);
      const { flags, positionals } = parseCommandLine(table, args, COMMAND_GUIDES[command]);
      assert(positionals.length <= COMMAND_GUIDES[command].maxPositionals, line);
      const files = { "relay.json": "{}" };
      resolveSettings(command, { flags, environment: fakeSettingsEnvironment({ files }) });
    }
  });

  Deno.test(`commandHelp() of ${command} keeps to the width of the terminal`, () => {
    assert(longestLine(commandHelp(command, 80)) <= 80);
    assert(longestLine(commandHelp(command, 1000)) <= 100);
    assert(commandHelp(command, 1).length > 0);
  });
}

Deno.test("commandHelp() explains the words that can be the first argument", () => {
  assertStringIncludes(
    commandHelp("token", 80),
    "Arguments:\n  add                         Print a new token for NAME, once\n",
  );
  assertEquals(commandHelp("send", 80).includes("Arguments:"), false);
  assertEquals(commandHelp("control", 80).includes("Arguments:"), false);
});

Deno.test("overviewHelp() lists the commands, a line each", () => {
  const help = overviewHelp(80);
  for (const command of COMMAND_NAMES) {
    const lines = help.split("\n").filter((line) => line.startsWith(`  ${command} `));
    assertEquals(lines.length, 1);
    assertStringIncludes(lines.join(), COMMAND_GUIDES[command].summary);
  }
  assert(longestLine(help) <= 80);
});

Deno.test("overviewHelp() and commandHelp() use no colour", () => {
  assertEquals(overviewHelp(80).includes("\x1b"), false);
  assertEquals(commandHelp("relay", 80).includes("\x1b"), false);
});

/** What a shell would hand to hushcast; enough of quoting, pipes and redirection for the examples. */
function argumentsOf(line: string): string[] {
  const command = line.replace(/^.*\| /, "").replace(/ >.*$/, "");
  return Array.from(
    command.matchAll(/"([^"]*)"|(\S+)/g),
    ([, quoted, bare]) => quoted ?? bare ?? "",
  )
    .slice(1);
}

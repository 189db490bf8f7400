import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { parseCommandLine } from "../../src/settings/command_line.ts";
import { COMMAND_SETTINGS, type CommandName } from "../../src/settings/command_settings.ts";
import { resolveSettings } from "../../src/settings/resolve_settings.ts";
import { flagOf, variableOf } from "../../src/settings/setting_names.ts";
import type { SettingsTable } from "../../src/settings/setting.ts";
import { SettingsError } from "../../src/settings/settings_error.ts";

const commands: readonly CommandName[] = ["relay", "control", "chat", "send", "listen", "identity"];
const tables: readonly SettingsTable[] = Object.values(COMMAND_SETTINGS);
const rows = tables.flatMap((table) => Object.values(table));
const flags = rows.flatMap((row) => [flagOf(row), `no-${flagOf(row)}`]);

const anyText = fc.string({ unit: "binary", maxLength: 40 });
const value = fc.oneof(anyText, fc.integer().map(String), fc.double().map(String));
const argument = fc.oneof(
  anyText,
  fc.constantFrom("--", "-", "--_", "--__proto__=1", "--constructor", "-h", "--help=x"),
  fc.constantFrom(...flags).map((flag) => `--${flag}`),
  fc.tuple(fc.constantFrom(...flags), value).map(([flag, text]) => `--${flag}=${text}`),
  fc.tuple(fc.constantFrom("--", "-", "--no-"), anyText).map(([dashes, text]) => dashes + text),
);
const variables = fc.dictionary(fc.constantFrom(...rows.map(variableOf)), value);
const file = fc.oneof(
  anyText,
  fc.json(),
  fc.dictionary(fc.constantFrom(...rows.map(({ key }) => key)), fc.jsonValue())
    .map((entries) => JSON.stringify(entries)),
);

Deno.test("resolveSettings() returns or throws a SettingsError of one line, whatever it is given", () => {
  const property = fc.property(
    fc.constantFrom(...commands),
    fc.array(argument, { maxLength: 8 }),
    variables,
    file,
    fc.boolean(),
    (command, args, variables, text, flagsFirst) => {
      const lookUp = new Map([["HOME", "/home/ada"], ...Object.entries(variables)]);
      const environment = {
        os: "linux",
        variable: (name: string) => lookUp.get(name),
        readTextFile: () => text,
      };
      try {
        const line = parseCommandLine(COMMAND_SETTINGS[command], args, { flagsFirst });
        resolveSettings(command, { flags: line.flags, environment });
      } catch (error) {
        if (!(error instanceof SettingsError)) throw error;
        assertEquals(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(error.message), false);
      }
    },
  );
  fc.assert(property, { numRuns: 3000 });
});

Deno.test("parseCommandLine() gives back every positional behind --", () => {
  const property = fc.property(fc.array(anyText, { maxLength: 8 }), (words) => {
    const { positionals } = parseCommandLine(COMMAND_SETTINGS.send, ["--", ...words], {
      flagsFirst: false,
    });
    assertEquals(positionals, words);
  });
  fc.assert(property, { numRuns: 500 });
});

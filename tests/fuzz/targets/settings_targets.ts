import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { runCli } from "../../../src/cli/run_cli.ts";
import { COMMAND_SETTINGS, type CommandName } from "../../../src/settings/command_settings.ts";
import type { Setting, SettingsTable } from "../../../src/settings/setting.ts";
import { flagOf, takesFlag, variableOf } from "../../../src/settings/setting_names.ts";
import { fakeCliIo } from "../../support/fake_cli_io.ts";
import { fakeCommands } from "../../support/fake_commands.ts";
import { type ByteEdit, byteEdits, editBytes } from "./file_byte_edits.ts";
import type { Json } from "./file_json_edits.ts";
import type { FuzzTarget } from "./fuzz_target.ts";
import {
  type GoodValue,
  goodValues,
  isPossible,
  oddSettingJson,
  oddText,
} from "./settings_values.ts";

const COMMANDS: readonly CommandName[] = [
  "relay",
  "direct",
  "control",
  "top",
  "chat",
  "send",
  "listen",
  "token",
  "identity",
  "direct-send",
];
const TABLES: Readonly<Record<CommandName, SettingsTable>> = COMMAND_SETTINGS;
const CONFIG_PATH = "hushcast.json";
const ROWS = COMMANDS.flatMap((command) => Object.values(TABLES[command]));

/** What a person may read of a failure: one line, and no longer than a few of a terminal. */
const MAX_MESSAGE_LENGTH = 1_000;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** How a `hushcast` is called. */
interface Call {
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Content of `hushcast.json`. */
  readonly file: string;
}

/** What came of it: the settings that a command got, or the line that a person reads. */
type CallOutcome =
  | { readonly settings: Readonly<Record<string, unknown>> | undefined }
  | { readonly line: string };

/** Calls it. @throws {AssertionError} If it fails in any other way than wrong usage does. */
async function call({ args, variables, file }: Call): Promise<CallOutcome> {
  const { commands, runs } = fakeCommands();
  const files = { [CONFIG_PATH]: file };
  const io = fakeCliIo({ variables: { HOME: "/home/ada", ...variables }, files });
  const code = await runCli(args, io, commands);
  const { text } = io.stderr;
  if (code === 0) {
    assertEquals(text, "");
    const settings: unknown = runs[0]?.[1].settings;
    return { settings: settings === undefined ? undefined : { ...Object(settings) } };
  }
  assertEquals(code, 2, text);
  if (args.length === 0) return { line: text };
  assert(text.startsWith("hushcast") && text.endsWith("\n"), JSON.stringify(text));
  const line = text.slice(0, -1);
  assert(!UNPRINTABLE.test(line) && line.length < MAX_MESSAGE_LENGTH, JSON.stringify(line));
  assertEquals(io.stdout.text, "");
  return { line };
}

const argument = fc.oneof(
  oddText,
  fc.constantFrom("--", "-", "--_", "--__proto__=1", "--constructor", "-h", "--help=x", "-x"),
  fc.constantFrom("help", "--version", ...COMMANDS),
  fc.constantFrom(...ROWS).map((row) => `--${flagOf(row)}`),
  fc.tuple(fc.constantFrom("--", "--no-", "-"), fc.constantFrom(...ROWS), oddText)
    .map(([dashes, row, text]) => `${dashes}${flagOf(row)}=${text}`),
  fc.constant(`--config=${CONFIG_PATH}`),
);

/** A file that could be one, and what happened to its bytes. */
interface AnyInput extends Omit<Call, "file"> {
  readonly entries: readonly (readonly [string, Json])[];
  readonly nesting: number;
  readonly edits: readonly ByteEdit[];
}

/** Any command line, environment and configuration file: settings, or one line and exit code 2. */
export const SETTINGS_ANY: FuzzTarget<AnyInput> = {
  name: "settings-any",
  about: "command lines, variables and configuration files of all kinds, up to the exit code",
  inputs: fc.record({
    args: fc.tuple(
      fc.oneof(fc.constantFrom<string>(...COMMANDS), argument),
      fc.array(argument, { maxLength: 6 }),
    ).map(([command, rest]) => [command, ...rest]),
    variables: fc.dictionary(fc.constantFrom(...ROWS.map(variableOf)), oddText, { maxKeys: 4 }),
    entries: fc.array(
      fc.tuple(fc.oneof(fc.constantFrom(...ROWS.map(({ key }) => key)), oddText), oddSettingJson),
      { maxLength: 4 },
    ),
    nesting: fc.oneof(fc.constant(0), fc.constant(30_000)),
    edits: byteEdits,
  }),
  budgetInputs: 300,
  check: async ({ args, variables, entries, nesting, edits }) => {
    const json = JSON.stringify(Object.fromEntries(entries));
    const nested = nesting === 0 ? json : `{"state":${"[".repeat(nesting)}${"]".repeat(nesting)}}`;
    const bytes = editBytes(new TextEncoder().encode(nested), edits);
    await call({ args, variables, file: new TextDecoder().decode(bytes) });
  },
};

type Place = "flag" | "variable" | "file";

/** A setting by its name in the table, and where it is given. */
interface Given<Value> {
  readonly name: string;
  readonly place: Place;
  readonly value: Value;
}

/** Values that are allowed, and one that may not be. */
interface OneWrongInput {
  readonly command: CommandName;
  readonly good: readonly Given<GoodValue>[];
  readonly odd: Given<{ readonly text: string; readonly json: Json }>;
}

/** Settings that are right but for one, wherever it is given: it is named, and no secret told. */
export const SETTINGS_ONE_WRONG: FuzzTarget<OneWrongInput> = {
  name: "settings-one-wrong",
  about: "right settings from all places and one odd value among them, up to the exit code",
  inputs: fc.constantFrom(...COMMANDS).chain((command) =>
    fc.record({ command: fc.constant(command), good: goodOf(command), odd: oddOf(command) })
  ),
  budgetInputs: 500,
  check: async ({ command, good, odd }) => {
    const table = TABLES[command];
    const outcome = await call(callOf(command, good));
    assert("settings" in outcome, "line" in outcome ? outcome.line : "");
    for (const [name, value] of expected(good)) assertEquals(outcome.settings?.[name], value, name);
    const setting = settingOf(table, odd.name);
    const others = good.filter(({ name }) => name !== odd.name);
    const oddOutcome = await call(callOf(command, [...others, odd]));
    if ("line" in oddOutcome) return assertNamed(oddOutcome.line, setting, odd);
    const value = oddOutcome.settings?.[odd.name];
    if (odd.place === "variable" && odd.value.text === "") return;
    assert(isPossible(setting, value), `${odd.name} is ${Deno.inspect(value)}`);
  },
};

function assertNamed(line: string, setting: Setting, odd: OneWrongInput["odd"]): void {
  const names = {
    flag: `--${flagOf(setting)}`,
    variable: variableOf(setting),
    file: setting.key,
  };
  assert(line.includes(names[odd.place]), line);
  const shown = odd.place === "file" ? JSON.stringify(odd.value.json) : odd.value.text;
  if (setting.secret === undefined || shown.length < 12) return;
  assert(!line.includes(shown.slice(1, 12)), line);
}

function placesOf(command: CommandName, setting: Setting): Place[] {
  const hasFile = "config" in TABLES[command] && setting.place !== "not in file";
  return [
    ...(takesFlag(setting) ? ["flag", "variable"] as const : []),
    ...(hasFile ? ["file"] as const : []),
  ];
}

function goodOf(command: CommandName): fc.Arbitrary<readonly Given<GoodValue>[]> {
  const choices = Object.entries(TABLES[command]).flatMap(([name, setting]) => {
    const values = goodValues(setting);
    if (values === undefined || name === "config") return [];
    const place = fc.constantFrom(...placesOf(command, setting));
    return [fc.record({ name: fc.constant(name), place, value: values })];
  });
  return choices.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...choices), { maxLength: 6 });
}

function oddOf(command: CommandName): fc.Arbitrary<OneWrongInput["odd"]> {
  const rows = Object.entries(TABLES[command]).filter(([name]) => name !== "config");
  return fc.constantFrom(...rows).chain(([name, setting]) =>
    fc.record({
      name: fc.constant(name),
      place: fc.constantFrom(...placesOf(command, setting)),
      value: fc.record({ text: oddText, json: oddSettingJson }),
    })
  );
}

function callOf(
  command: CommandName,
  given: readonly Given<Pick<GoodValue, "text" | "json">>[],
): Call {
  const table = TABLES[command];
  const at = (place: Place) => given.filter((one) => one.place === place);
  const flags = at("flag").map(({ name, value }) =>
    `--${flagOf(settingOf(table, name))}=${value.text}`
  );
  const variables = at("variable").map(({ name, value }) =>
    [variableOf(settingOf(table, name)), value.text] as const
  );
  const entries = at("file").map(({ name, value }) =>
    [settingOf(table, name).key, value.json] as const
  );
  const config = entries.length === 0 ? [] : [`--config=${CONFIG_PATH}`];
  return {
    args: [command, ...flags, ...config],
    variables: Object.fromEntries(variables),
    file: JSON.stringify(Object.fromEntries(entries)),
  };
}

/** A flag wins over a variable, and that over the file; at one place the last one wins. */
function expected(good: readonly Given<GoodValue>[]): ReadonlyMap<string, unknown> {
  const ordered = (["file", "variable", "flag"] as const).flatMap((place) =>
    good.filter((given) => given.place === place)
  );
  return new Map(ordered.map(({ name, value }) => [name, value.value]));
}

function settingOf(table: SettingsTable, name: string): Setting {
  const setting = table[name];
  assert(setting !== undefined, `There is no setting ${name}`);
  return setting;
}

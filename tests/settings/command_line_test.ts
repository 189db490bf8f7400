import { assertEquals, assertThrows } from "@std/assert";
import { parseCommandLine } from "../../src/settings/command_line.ts";
import { COMMAND_SETTINGS } from "../../src/settings/command_settings.ts";
import { SettingsError, type SettingsErrorCode } from "../../src/settings/settings_error.ts";
import { assertSettingsError } from "../support/assert_settings_error.ts";

const { relay, control, send, listen } = COMMAND_SETTINGS;

const flagTable: { name: string; args: string[]; flags: [string, string | boolean][] }[] = [
  { name: "nothing", args: [], flags: [] },
  { name: "--flag value", args: ["--port", "5"], flags: [["port", "5"]] },
  { name: "--flag=value", args: ["--port=5"], flags: [["port", "5"]] },
  { name: "a negative number", args: ["--port=-5"], flags: [["port", "-5"]] },
  { name: "an equals sign in a value", args: ["--log-file=a=b"], flags: [["log-file", "a=b"]] },
  { name: "a number as text", args: ["--group", "0x10"], flags: [["group", "0x10"]] },
  { name: "the last of two", args: ["--port", "1", "--port=2"], flags: [["port", "2"]] },
  { name: "a boolean", args: ["--multicast"], flags: [["multicast", true]] },
  { name: "a negated boolean", args: ["--no-multicast"], flags: [["multicast", false]] },
  { name: "--boolean=false", args: ["--multicast=false"], flags: [["multicast", false]] },
  { name: "--boolean=true", args: ["--multicast=true"], flags: [["multicast", true]] },
  {
    name: "the last of --boolean and --no-boolean",
    args: ["--no-multicast", "--multicast"],
    flags: [["multicast", true]],
  },
  {
    name: "flags in any order",
    args: ["--log-level", "debug", "--port", "5"],
    flags: [["port", "5"], ["log-level", "debug"]],
  },
];

for (const { name, args, flags } of flagTable) {
  Deno.test(`parseCommandLine() reads ${name}`, () => {
    const line = parseCommandLine(relay, args, { flagsFirst: false });
    assertEquals([...line.flags], flags);
    assertEquals(line.positionals, []);
    assertEquals(line.help, false);
  });
}

const positionalTable: { name: string; args: string[]; positionals: string[] }[] = [
  {
    name: "between flags",
    args: ["--name", "a", "hello", "--timeout", "5"],
    positionals: ["hello"],
  },
  { name: "as they stand", args: ["007", "1e3", "-"], positionals: ["007", "1e3", "-"] },
  {
    name: "behind --",
    args: ["a", "--", "--help", "-5", "--"],
    positionals: ["a", "--help", "-5", "--"],
  },
  { name: "that are empty", args: ["", "a"], positionals: ["", "a"] },
  { name: "in any script", args: ["grüße\n👋\0"], positionals: ["grüße\n👋\0"] },
];

for (const { name, args, positionals } of positionalTable) {
  Deno.test(`parseCommandLine() takes positionals ${name}`, () => {
    assertEquals(parseCommandLine(send, args, { flagsFirst: false }).positionals, positionals);
  });
}

Deno.test("parseCommandLine() ends flags at the first positional where flags come first", () => {
  const args = ["--port", "5", "kick_client", "007", "--reason", "-x", "--help"];
  const line = parseCommandLine(control, args, { flagsFirst: true });
  assertEquals([...line.flags], [["port", "5"]]);
  assertEquals(line.positionals, ["kick_client", "007", "--reason", "-x", "--help"]);
});

for (const args of [["--help"], ["-h"], ["--port", "x", "-h"], ["--foo", "--help"]]) {
  Deno.test(`parseCommandLine() sees the call for help in ${args.join(" ")}`, () => {
    assertEquals(parseCommandLine(relay, args, { flagsFirst: false }).help, true);
  });
}

const refused: { args: string[]; code: SettingsErrorCode; names: string[] }[] = [
  { args: ["--port"], code: "SETTINGS_MISSING_VALUE", names: ["--port"] },
  { args: ["--port="], code: "SETTINGS_MISSING_VALUE", names: ["--port"] },
  { args: ["--port", ""], code: "SETTINGS_MISSING_VALUE", names: ["--port"] },
  { args: ["--port", "--bind", "::"], code: "SETTINGS_MISSING_VALUE", names: ["--port"] },
  { args: ["--port", "-5"], code: "SETTINGS_MISSING_VALUE", names: ["--port", "--port=N"] },
  { args: ["--port", "5", "--port"], code: "SETTINGS_MISSING_VALUE", names: ["--port"] },
  { args: ["--multicast="], code: "SETTINGS_MISSING_VALUE", names: ["--no-multicast"] },
  { args: ["--multicast=no"], code: "SETTINGS_BAD_VALUE", names: ["--multicast", '"no"'] },
  { args: ["--multicast=0"], code: "SETTINGS_BAD_VALUE", names: ["--multicast", '"0"'] },
  { args: ["--no-multicast=true"], code: "SETTINGS_UNKNOWN_OPTION", names: ["--no-multicast="] },
  { args: ["--no-port=5"], code: "SETTINGS_UNKNOWN_OPTION", names: ["--no-port="] },
  { args: ["--no-port"], code: "SETTINGS_UNKNOWN_OPTION", names: ["--no-port"] },
  { args: ["--prot", "5"], code: "SETTINGS_UNKNOWN_OPTION", names: ["--prot", "--port?"] },
  { args: ["--client_timeout=5"], code: "SETTINGS_UNKNOWN_OPTION", names: ["--client-timeout?"] },
  { args: ["--tlv-types", "5"], code: "SETTINGS_UNKNOWN_OPTION", names: ["--tlv-types"] },
  { args: ["--_", "x", "y"], code: "SETTINGS_UNKNOWN_OPTION", names: ["--_"] },
  { args: ["--__proto__=x"], code: "SETTINGS_UNKNOWN_OPTION", names: ["--__proto__"] },
  { args: ["--a.b=x"], code: "SETTINGS_UNKNOWN_OPTION", names: ["--a.b"] },
  { args: ["-x"], code: "SETTINGS_UNKNOWN_OPTION", names: ["-x"] },
  { args: ["-5"], code: "SETTINGS_UNKNOWN_OPTION", names: ["-5"] },
  { args: ["--foo\n\x1b[2J"], code: "SETTINGS_UNKNOWN_OPTION", names: ["--foo\\u000a"] },
  { args: [`--${"x".repeat(100_000)}`], code: "SETTINGS_UNKNOWN_OPTION", names: ["--xxx"] },
];

for (const { args, code, names } of refused) {
  Deno.test(`parseCommandLine() refuses ${JSON.stringify(args.join(" ").slice(0, 40))}`, () => {
    assertSettingsError(() => parseCommandLine(relay, args, { flagsFirst: false }), code, names);
  });
}

Deno.test("parseCommandLine() never shows the value of an unknown option", () => {
  const error = assertThrows(
    () => parseCommandLine(relay, ["--tokn=secret"], { flagsFirst: false }),
    SettingsError,
  );
  assertEquals(error.message, "Unknown option --tokn");
});

const dashes: { args: string[]; join: string | undefined; positionals: string[] }[] = [
  { args: ["--join", "-"], join: "-", positionals: [] },
  { args: ["--join=-"], join: "-", positionals: [] },
  { args: ["--join", "-", "a", "-", "b"], join: "-", positionals: ["a", "-", "b"] },
  { args: ["a", "--", "--join", "-"], join: undefined, positionals: ["a", "--join", "-"] },
  { args: ["--join", "-", "--", "-"], join: "-", positionals: ["-"] },
];

for (const { args, join, positionals } of dashes) {
  Deno.test(`parseCommandLine() reads ${args.join(" ")}`, () => {
    const line = parseCommandLine(send, args, { flagsFirst: false });
    assertEquals([line.flags.get("join"), line.positionals], [join, positionals]);
  });
}

Deno.test("parseCommandLine() takes - for no value of a flag that has no use for it", () => {
  assertSettingsError(
    () => parseCommandLine(send, ["--relay", "-"], { flagsFirst: false }),
    "SETTINGS_MISSING_VALUE",
    ["--relay"],
  );
});

for (
  const args of [
    ["--token", "-s3cret"],
    ["--token", "--s3cret"],
    ["--tokn", "s3cret"],
    ["--tokn=s3cret"],
    ["-token=s3cret"],
    ["--no-token=s3cret"],
    ["--no-join=s3cret"],
  ]
) {
  Deno.test(`parseCommandLine() shows no secret of ${args.join(" ")}`, () => {
    const error = assertThrows(
      () => parseCommandLine(listen, args, { flagsFirst: false }),
      SettingsError,
    );
    assertEquals(error.message.includes("s3cret"), false, error.message);
  });
}

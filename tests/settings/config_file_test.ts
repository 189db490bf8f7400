import { assertEquals } from "@std/assert";
import { readConfigFile } from "../../src/settings/config_file.ts";
import type { SettingsTable } from "../../src/settings/setting.ts";
import type { SettingsErrorCode } from "../../src/settings/settings_error.ts";
import { assertSettingsError } from "../support/assert_settings_error.ts";

const table: SettingsTable = {
  port: { key: "port", kind: "port", min: 0, help: "Port" },
  clientTimeoutMs: { key: "client_timeout", kind: "seconds", min: 0, max: 1, help: "Time-out" },
  config: { key: "config", kind: "path", place: "not in file", help: "File" },
};

const read = (text: string) => readConfigFile("relay.json", () => text, table);

Deno.test("readConfigFile() gives the entries as they stand", () => {
  assertEquals([...read('{"port": "x", "client_timeout": null}')], [
    ["port", "x"],
    ["client_timeout", null],
  ]);
});

Deno.test("readConfigFile() takes an empty object", () => assertEquals(read("{}").size, 0));

Deno.test("readConfigFile() takes a file that begins with a byte order mark", () => {
  assertEquals(read('\uFEFF{"port": 1}').get("port"), 1);
});

Deno.test("readConfigFile() takes the last of a key that stands twice", () => {
  assertEquals(read('{"port": 1, "port": 2}').get("port"), 2);
});

const refused: { name: string; text: string; code: SettingsErrorCode; names: string[] }[] = [
  { name: "an empty file", text: "", code: "SETTINGS_FILE_MALFORMED", names: ["relay.json"] },
  { name: "half an object", text: '{"port": 5', code: "SETTINGS_FILE_MALFORMED", names: ["JSON"] },
  {
    name: "other text in lines",
    text: "port\n=\n5\n",
    code: "SETTINGS_FILE_MALFORMED",
    names: ["relay.json"],
  },
  { name: "a list", text: "[]", code: "SETTINGS_FILE_MALFORMED", names: ["no JSON object"] },
  { name: "null", text: "null", code: "SETTINGS_FILE_MALFORMED", names: ["no JSON object"] },
  { name: "a number", text: "5", code: "SETTINGS_FILE_MALFORMED", names: ["no JSON object"] },
  { name: "an unknown key", text: '{"x": 5}', code: "SETTINGS_UNKNOWN_KEY", names: ['"x"'] },
  {
    name: "a mistyped key",
    text: '{"clienttimeout": 5}',
    code: "SETTINGS_UNKNOWN_KEY",
    names: ["did you mean client_timeout?"],
  },
  { name: "config", text: '{"config": "x"}', code: "SETTINGS_UNKNOWN_KEY", names: ["config"] },
  {
    name: "__proto__",
    text: '{"__proto__": {}}',
    code: "SETTINGS_UNKNOWN_KEY",
    names: ["__proto__"],
  },
  {
    name: "a key that steers the terminal",
    text: '{"\\u001b[2J\\n": 1}',
    code: "SETTINGS_UNKNOWN_KEY",
    names: ["\\u001b[2J\\u000a"],
  },
];

for (const { name, text, code, names } of refused) {
  Deno.test(`readConfigFile() refuses ${name}`, () => {
    assertSettingsError(() => read(text), code, names);
  });
}

Deno.test("readConfigFile() says why a file can't be read", () => {
  const readTextFile = () => {
    throw new Deno.errors.NotFound("No such file or directory (os error 2)");
  };
  assertSettingsError(
    () => readConfigFile("gone.json", readTextFile, table),
    "SETTINGS_FILE_UNREADABLE",
    ["gone.json", "no such file"],
  );
});

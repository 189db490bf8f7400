import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  COMMAND_SETTINGS,
  type DirectSettings,
  isCommandName,
  type RelaySettings,
} from "../../src/settings/command_settings.ts";
import { valueFromJson } from "../../src/settings/parse_value.ts";
import type { Setting, SettingsTable } from "../../src/settings/setting.ts";
import { flagOf, variableOf } from "../../src/settings/setting_names.ts";

const tables: [string, SettingsTable][] = Object.entries(COMMAND_SETTINGS);

for (const [command, table] of tables) {
  const rows: Setting[] = Object.values(table);

  Deno.test(`COMMAND_SETTINGS.${command} has no key and no flag twice`, () => {
    assertEquals(new Set(rows.map(({ key }) => key)).size, rows.length);
    assertEquals(new Set(rows.map(flagOf)).size, rows.length);
  });

  Deno.test(`COMMAND_SETTINGS.${command} names its settings in one way`, () => {
    for (const row of rows) {
      assertMatch(row.key, /^[a-z]+(_[a-z]+)*$/);
      assertMatch(flagOf(row), /^(?!no-|help$)[a-z]+(-[a-z]+)*$/);
      assertMatch(variableOf(row), /^HUSHCAST_[A-Z]+(_[A-Z]+)*$/);
      assertMatch(row.help, /^[A-Z][^|]{10,99}[^.|]$/);
    }
  });

  Deno.test(`COMMAND_SETTINGS.${command} has defaults that its rows allow`, () => {
    for (const row of rows.filter(({ kind }) => kind !== "endpoint")) {
      if (row.default === undefined) continue;
      assert(valueFromJson(row, row.default) !== undefined, `default of ${row.key}`);
    }
  });
}

Deno.test("COMMAND_SETTINGS lets a variable mean one kind of thing to all commands", () => {
  const kinds = new Map<string, string>();
  const mixed: string[] = [];
  for (const row of tables.flatMap(([, table]) => Object.values(table))) {
    if ((kinds.get(row.key) ?? row.kind) !== row.kind) mixed.push(row.key);
    kinds.set(row.key, row.kind);
  }
  // A client may add a port to the group; the relay has --port for it.
  assertEquals(mixed, ["group"]);
});

Deno.test("RelaySettings has the types that the table says", () => {
  const some: Pick<RelaySettings, "rsaBits" | "logLevel" | "interface" | "tlvTypes" | "port"> = {
    rsaBits: 3072 satisfies 2048 | 3072 | 4096,
    logLevel: "critical",
    interface: undefined,
    tlvTypes: { MESSAGE: 7 },
    port: 0,
  };
  // @ts-expect-error: 1024 is none of the choices
  const short: RelaySettings["rsaBits"] = 1024;
  // @ts-expect-error: the port has a default, and so always a value
  const none: RelaySettings["port"] = undefined;
  assertEquals([some.rsaBits, short, none], [3072, 1024, undefined]);
});

Deno.test("DirectSettings has no control port and no state unless they are given", () => {
  const some: Pick<DirectSettings, "controlPort" | "state" | "rsaBits"> = {
    controlPort: undefined,
    state: undefined,
    rsaBits: 4096 satisfies 2048 | 3072 | 4096,
  };
  assertEquals(some.controlPort, undefined);
});

for (
  const word of [
    "relay",
    "control",
    "chat",
    "send",
    "listen",
    "token",
    "identity",
    "direct",
    "direct-send",
  ]
) {
  Deno.test(`isCommandName() knows ${word}`, () => assert(isCommandName(word)));
}

for (const word of ["", "Relay", "direct_send", "toString", "__proto__", "help"]) {
  Deno.test(`isCommandName() does not know ${JSON.stringify(word)}`, () => {
    assertEquals(isCommandName(word), false);
  });
}

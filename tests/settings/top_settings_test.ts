import { assert, assertEquals } from "@std/assert";
import { isCommandName } from "../../src/settings/command_settings.ts";
import { CONTROL_SETTINGS } from "../../src/settings/control_settings.ts";
import { valueFromText } from "../../src/settings/parse_value.ts";
import { TOP_SETTINGS } from "../../src/settings/top_settings.ts";
import { CLIENT_SORT_KEYS } from "../../src/watch/client_order.ts";

Deno.test("TOP_SETTINGS sorts by what clients can be sorted by", () => {
  assertEquals<readonly string[]>(TOP_SETTINGS.sort.choices, CLIENT_SORT_KEYS);
});

Deno.test("TOP_SETTINGS finds the server as hushcast control does", () => {
  for (const name of ["host", "port", "tokenFile", "ca"] as const) {
    assertEquals(TOP_SETTINGS[name], CONTROL_SETTINGS[name]);
  }
});

for (
  const [text, value] of [["0.2", 200], ["60", 60_000], ["0.1", undefined], [
    "60.1",
    undefined,
  ]] as const
) {
  Deno.test(`TOP_SETTINGS reads --interval ${text} as ${value}`, () => {
    assertEquals(valueFromText(TOP_SETTINGS.intervalMs, text), value);
  });
}

Deno.test("isCommandName() knows top", () => assert(isCommandName("top")));

import { assertEquals } from "@std/assert";
import { optionLines, settingLines, usageOf } from "../../src/cli/option_lines.ts";
import { LISTEN_SETTINGS } from "../../src/settings/client_settings.ts";
import { RELAY_SETTINGS } from "../../src/settings/relay_settings.ts";

Deno.test("usageOf() shows both forms of a boolean that is true by default", () => {
  assertEquals(usageOf(RELAY_SETTINGS.multicast), "--multicast, --no-multicast");
  assertEquals(usageOf(LISTEN_SETTINGS.json), "--json");
  assertEquals(usageOf(RELAY_SETTINGS.rsaBits), "--rsa-bits 2048|3072|4096");
});

Deno.test("optionLines() aligns the text and breaks it", () => {
  assertEquals(optionLines("--a N", "one two three four five six seven", 60), [
    "  --a N                       one two three four five six",
    "                              seven",
  ]);
});

Deno.test("optionLines() gives a long option a line of its own", () => {
  assertEquals(optionLines("--an-option-that-is-long FILE", "Text", 80), [
    "  --an-option-that-is-long FILE",
    "                              Text",
  ]);
});

Deno.test("settingLines() tells default, range and variable", () => {
  assertEquals(settingLines(RELAY_SETTINGS.controlPort, 200), [
    "  --control-port N            TCP port of the control port; 0 picks a free one " +
    "[default: 47701; a port from 0 to 65535; HUSHCAST_CONTROL_PORT]",
  ]);
});

Deno.test("settingLines() gives a setting of the file by its key, without a variable", () => {
  const lines = settingLines(RELAY_SETTINGS.tlvTypes, 80);
  assertEquals(lines[0]?.startsWith("  tlv_types                   Type numbers"), true);
  assertEquals(lines.join().includes("HUSHCAST"), false);
});

import { assertEquals } from "@std/assert";
import { refusedPart, valueFromJson, valueFromText } from "../../src/settings/parse_value.ts";
import type { Setting, SettingValue } from "../../src/settings/setting.ts";

const base = { key: "key", help: "Help" } as const;
const text: Setting = { ...base, kind: "string" };
const pattern: Setting = { ...base, kind: "string", pattern: /^a+$/ };
const name: Setting = { ...base, kind: "client name" };
const path: Setting = { ...base, kind: "path" };
const host: Setting = { ...base, kind: "host" };
const networkInterface: Setting = { ...base, kind: "interface" };
const endpoint: Setting = { ...base, kind: "endpoint", defaultPort: 47700 };
const endpoints: Setting = { ...base, kind: "endpoints", defaultPort: 47700, max: 3 };
const listening: Setting = { ...endpoint, minPort: 0 };
const port: Setting = { ...base, kind: "port", min: 0 };
const peerPort: Setting = { ...base, kind: "port", min: 1 };
const integer: Setting = { ...base, kind: "integer", min: -3, max: 1000 };
const seconds: Setting = { ...base, kind: "seconds", min: 0.1, max: 60 };
const wholeSeconds: Setting = { ...base, kind: "seconds", min: 0, max: 60, whole: true };
const duration: Setting = { ...base, kind: "duration" };
const boolean: Setting = { ...base, kind: "boolean", default: true };
const words: Setting = { ...base, kind: "choice", choices: ["off", "unicast"] };
const numbers: Setting = { ...base, kind: "choice", choices: [2048, 4096] };
const integers: Setting = {
  ...base,
  kind: "integers",
  place: "file only",
  default: {},
  min: 0,
  max: 0xffff,
};

const accepted: { setting: Setting; text: string; value: SettingValue }[] = [
  { setting: text, text: "239.255.77.77", value: "239.255.77.77" },
  { setting: text, text: "grüße 👋", value: "grüße 👋" },
  { setting: pattern, text: "aaa", value: "aaa" },
  { setting: name, text: "pump-3", value: "pump-3" },
  { setting: name, text: "a".repeat(64), value: "a".repeat(64) },
  { setting: name, text: "ä".repeat(32), value: "ä".repeat(32) },
  { setting: path, text: "/tmp/a b\n", value: "/tmp/a b\n" },
  { setting: host, text: "relay-1.example", value: "relay-1.example" },
  { setting: host, text: "fe80::1%eth0", value: "fe80::1%eth0" },
  { setting: networkInterface, text: "192.0.2.7", value: "192.0.2.7" },
  { setting: networkInterface, text: "2", value: "2" },
  { setting: networkInterface, text: "fe80::1%eth0", value: "fe80::1%eth0" },
  { setting: host, text: "a".repeat(253), value: "a".repeat(253) },
  { setting: endpoint, text: "192.0.2.7", value: { hostname: "192.0.2.7", port: 47700 } },
  { setting: listening, text: "127.0.0.1:0", value: { hostname: "127.0.0.1", port: 0 } },
  { setting: endpoint, text: "relay.example:1", value: { hostname: "relay.example", port: 1 } },
  { setting: endpoint, text: "[ff15::1]:65535", value: { hostname: "ff15::1", port: 65535 } },
  { setting: endpoints, text: "h", value: [{ hostname: "h", port: 47700 }] },
  {
    setting: endpoints,
    text: "h:5, [::1]:6 ,i",
    value: [
      { hostname: "h", port: 5 },
      { hostname: "::1", port: 6 },
      { hostname: "i", port: 47700 },
    ],
  },
  { setting: port, text: "0", value: 0 },
  { setting: port, text: "-0", value: 0 },
  { setting: port, text: "65535", value: 65535 },
  { setting: peerPort, text: "1", value: 1 },
  { setting: integer, text: "-3", value: -3 },
  { setting: integer, text: "+7", value: 7 },
  { setting: integer, text: "1000", value: 1000 },
  { setting: integer, text: "0000000000000000000000042", value: 42 },
  { setting: seconds, text: "0.1", value: 100 },
  { setting: seconds, text: "2.5", value: 2500 },
  { setting: seconds, text: "1.0004", value: 1000 },
  { setting: seconds, text: "60", value: 60_000 },
  { setting: wholeSeconds, text: "0", value: 0 },
  { setting: wholeSeconds, text: "60", value: 60_000 },
  { setting: duration, text: "12h", value: 43_200_000 },
  { setting: boolean, text: "true", value: true },
  { setting: boolean, text: "1", value: true },
  { setting: boolean, text: "YES", value: true },
  { setting: boolean, text: "on", value: true },
  { setting: boolean, text: "false", value: false },
  { setting: boolean, text: "0", value: false },
  { setting: boolean, text: "No", value: false },
  { setting: boolean, text: "off", value: false },
  { setting: words, text: "unicast", value: "unicast" },
  { setting: numbers, text: "4096", value: 4096 },
];

for (const { setting, text, value } of accepted) {
  Deno.test(`valueFromText() takes ${JSON.stringify(text)} for kind ${setting.kind}`, () => {
    const actual = valueFromText(setting, text);
    assertEquals(actual, value);
    assertEquals(Object.is(actual, -0), false);
  });
}

const refused: { setting: Setting; texts: string[] }[] = [
  { setting: text, texts: ["", "a\nb", "a\0", "\x1b[2J", "\ud800"] },
  { setting: pattern, texts: ["", "b", "aab", "aa\n"] },
  { setting: name, texts: ["", "a".repeat(65), "ä".repeat(33), "a\tb", "127.0.0.1:5000"] },
  { setting: path, texts: ["", "/tmp/\0"] },
  { setting: networkInterface, texts: ["", "eth0", "localhost", "192.0.2", "192.0.2.7 "] },
  { setting: host, texts: ["", "a b", "a/b", "h\n", "é.example", "a".repeat(254)] },
  { setting: endpoint, texts: ["", ":1", "h:0", "h:65536", "h:", "h:x", "::1", "h\0:1", "a b"] },
  {
    setting: endpoints,
    texts: ["", ",", "h,", ",h", "h:0", "h,::1", "a,b,c,d", "h\0", "h,i\n:"],
  },
  { setting: port, texts: ["", "-1", "65536", "1.0", "0x10", "1e3", " 1", "1 ", "٣", "NaN"] },
  { setting: peerPort, texts: ["0"] },
  { setting: integer, texts: ["-4", "1001", "9".repeat(400), "Infinity", "1_000", "--1"] },
  { setting: seconds, texts: ["0", "0.0999", "60.001", "-1", "1e1", ".5", "5.", "1,5", "10s"] },
  { setting: wholeSeconds, texts: ["0.5", "61", "-1", "60.0"] },
  { setting: duration, texts: ["", "0s", "12", "h", "-1h", "1.5h", "3651d", " 1h", "1H"] },
  { setting: boolean, texts: ["", "maybe", "2", "truе", "true "] },
  { setting: words, texts: ["", "Off", "multicast"] },
  { setting: numbers, texts: ["2047", "2048.0", "02048"] },
  { setting: integers, texts: ["{}", "1"] },
];

for (const { setting, texts } of refused) {
  for (const text of texts) {
    const shown = JSON.stringify(text).slice(0, 40);
    Deno.test(`valueFromText() refuses ${shown} for kind ${setting.kind} (${text.length})`, () => {
      assertEquals(valueFromText(setting, text), undefined);
    });
  }
}

const acceptedJson: { setting: Setting; json: unknown; value: SettingValue }[] = [
  { setting: text, json: "239.255.77.77", value: "239.255.77.77" },
  { setting: endpoint, json: "h:5", value: { hostname: "h", port: 5 } },
  { setting: endpoints, json: "h:5", value: [{ hostname: "h", port: 5 }] },
  {
    setting: endpoints,
    json: ["h:5", "i"],
    value: [{ hostname: "h", port: 5 }, { hostname: "i", port: 47700 }],
  },
  { setting: port, json: 65535, value: 65535 },
  { setting: seconds, json: 2.5, value: 2500 },
  { setting: duration, json: "30s", value: 30_000 },
  { setting: boolean, json: false, value: false },
  { setting: words, json: "off", value: "off" },
  { setting: numbers, json: 2048, value: 2048 },
  { setting: integers, json: {}, value: {} },
  { setting: integers, json: { MESSAGE: 0, ACK: 65535 }, value: { MESSAGE: 0, ACK: 65535 } },
];

for (const { setting, json, value } of acceptedJson) {
  Deno.test(`valueFromJson() takes ${JSON.stringify(json)} for kind ${setting.kind}`, () => {
    assertEquals(valueFromJson(setting, json), value);
  });
}

const refusedJson: { setting: Setting; values: unknown[] }[] = [
  { setting: text, values: [5, null, true, [], {}] },
  { setting: port, values: ["5", 65536, -1, 0.5, null, [5]] },
  { setting: endpoints, values: [5, null, {}, [], [5], ["h", 5], [["h"]], ["h,i"], ["h", ""]] },
  { setting: seconds, values: ["5", 61, 0] },
  { setting: duration, values: [30, "30", null] },
  { setting: boolean, values: ["true", 1, 0, null] },
  { setting: words, values: [null, ["off"]] },
  { setting: numbers, values: ["2048", 1024] },
  {
    setting: integers,
    values: [[], null, 5, "x", { a: "1" }, { a: 0.5 }, { a: -1 }, { a: 65536 }, { a: null }],
  },
];

for (const { setting, values } of refusedJson) {
  for (const json of values) {
    Deno.test(`valueFromJson() refuses ${JSON.stringify(json)} for kind ${setting.kind}`, () => {
      assertEquals(valueFromJson(setting, json), undefined);
    });
  }
}

Deno.test("valueFromJson() keeps a name such as __proto__ as a name", () => {
  const value = valueFromJson(integers, JSON.parse('{"__proto__": 7}'));
  assertEquals(Object.entries(value ?? {}), [["__proto__", 7]]);
});

for (
  const { setting, json, part } of [
    { setting: endpoints, json: "h:5,h:x,i:0", part: "h:x" },
    { setting: endpoints, json: "h, ", part: "" },
    { setting: endpoints, json: ["h", 5], part: 5 },
    { setting: endpoints, json: "a,b,c,d", part: "a,b,c,d" },
    { setting: endpoints, json: 5, part: 5 },
    { setting: endpoint, json: "h:5,h:x", part: "h:5,h:x" },
  ]
) {
  Deno.test(`refusedPart() finds ${JSON.stringify(part)} in ${setting.kind} ${JSON.stringify(json)}`, () => {
    assertEquals(refusedPart(setting, json), part);
  });
}

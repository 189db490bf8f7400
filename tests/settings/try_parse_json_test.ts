import { assertEquals } from "@std/assert";
import { tryParseJson } from "../../src/settings/try_parse_json.ts";

for (const text of ["", "{", "undefined", "[1,]", '{"a":1}x', "\u{feff}{}"]) {
  Deno.test(`tryParseJson() gives undefined for ${JSON.stringify(text)}`, () => {
    assertEquals(tryParseJson(text), undefined);
  });
}

for (const value of [null, false, 0, "", [], { a: [1, { b: "c" }] }]) {
  const text = JSON.stringify(value);
  Deno.test(`tryParseJson() reads ${text}`, () => assertEquals(tryParseJson(text), value));
}

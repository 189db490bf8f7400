import { assertEquals } from "@std/assert";
import { contentTypeOf, headerOf, splitTarget, textOf } from "../../src/http/http_request.ts";

Deno.test("headerOf() joins a field that was sent twice", () => {
  const headers = new Map([["host", ["a", "b"]], ["one", ["x"]]]);
  assertEquals(headerOf(headers, "host"), "a, b");
  assertEquals(headerOf(headers, "one"), "x");
  assertEquals(headerOf(headers, "none"), undefined);
});

for (
  const value of ["application/json", "Application/JSON ; charset=utf-8", " application/json;"]
) {
  Deno.test(`contentTypeOf() reads ${JSON.stringify(value)}`, () => {
    assertEquals(contentTypeOf(new Map([["content-type", [value]]])), "application/json");
  });
}

Deno.test("contentTypeOf() is not led astray by two types", () => {
  const headers = new Map([["content-type", ["text/plain", "application/json"]]]);
  assertEquals(contentTypeOf(headers), "text/plain, application/json");
  assertEquals(contentTypeOf(new Map()), undefined);
});

const targets = [
  { target: "/", path: "/", query: "" },
  { target: "/events?level=debug&x=%41", path: "/events", query: "level=debug&x=A" },
  { target: "/a?b?c", path: "/a", query: "b%3Fc=" },
  { target: "/%2e%2e/x", path: "/%2e%2e/x", query: "" },
  { target: "//evil.example/", path: "//evil.example/", query: "" },
];

for (const { target, path, query } of targets) {
  Deno.test(`splitTarget() of ${target}`, () => {
    const split = splitTarget(target);
    assertEquals([split?.path, split?.query.toString()], [path, query]);
  });
}

for (const target of ["", "*", "http://evil.example/", "evil.example:1", "events"]) {
  Deno.test(`splitTarget() refuses ${JSON.stringify(target)}`, () => {
    assertEquals(splitTarget(target), undefined);
  });
}

Deno.test("textOf() reads UTF-8 and nothing else", () => {
  assertEquals(textOf(new TextEncoder().encode("é")), "é");
  assertEquals(textOf(Uint8Array.of(0xff)), undefined);
  assertEquals(textOf(Uint8Array.of(0xc3)), undefined);
});

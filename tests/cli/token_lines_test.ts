import { assertEquals } from "@std/assert";
import { tokenJson, tokenLines } from "../../src/cli/token_lines.ts";
import type { AdmissionToken } from "../../src/session/admission_tokens.ts";

const NOW = Date.UTC(2026, 5, 1);

function token(name: string, expiresUnixMs?: number): AdmissionToken {
  return { name, digest: new Uint8Array(32), createdUnixMs: 0, expiresUnixMs };
}

Deno.test("tokenLines() aligns names of any script, and shows what can't be printed", () => {
  assertEquals(tokenLines([token("a\u200bda"), token("𝒷en")], NOW), [
    "a\\u200bda  1970-01-01T00:00:00Z  never",
    "𝒷en        1970-01-01T00:00:00Z  never",
  ]);
  assertEquals(tokenLines([], NOW), []);
});

Deno.test("a token has expired from the moment on that it names", () => {
  const [before, at] = [token("a", NOW + 1), token("a", NOW)];
  assertEquals(tokenLines([before], NOW), ["a  1970-01-01T00:00:00Z  2026-06-01T00:00:00Z"]);
  assertEquals(tokenLines([at], NOW), ["a  1970-01-01T00:00:00Z  expired"]);
  assertEquals(JSON.parse(tokenJson(before, NOW)).expired, false);
  assertEquals(JSON.parse(tokenJson(at, NOW)).expired, true);
});

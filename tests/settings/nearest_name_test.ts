import { assertEquals } from "@std/assert";
import { nearestName } from "../../src/settings/nearest_name.ts";

const names = ["--port", "--group", "--client-timeout", "--max-clients", "--log-level"];

const table: { word: string; nearest: string | undefined }[] = [
  { word: "--port", nearest: "--port" },
  { word: "--prot", nearest: "--port" },
  { word: "--por", nearest: "--port" },
  { word: "--grp", nearest: "--group" },
  { word: "--client", nearest: "--client-timeout" },
  { word: "--client_timeout", nearest: "--client-timeout" },
  { word: "--maxclients", nearest: "--max-clients" },
  { word: "--loglevle", nearest: "--log-level" },
  { word: "--x", nearest: undefined },
  { word: "--", nearest: undefined },
  { word: "", nearest: undefined },
  { word: "--something-else", nearest: undefined },
  { word: `--${"x".repeat(62)}`, nearest: undefined },
  { word: `--port${"x".repeat(1_000_000)}`, nearest: undefined },
];

for (const { word, nearest } of table) {
  Deno.test(`nearestName() of ${JSON.stringify(word.slice(0, 30))} is ${nearest}`, () => {
    assertEquals(nearestName(word, names), nearest);
  });
}

Deno.test("nearestName() of a short word takes one slip, not two that make it another word", () => {
  assertEquals(nearestName("tpo", ["top", "relay"]), "top");
  assertEquals(nearestName("tip", ["top", "relay"]), "top");
  assertEquals(nearestName("foo", ["top", "relay"]), undefined);
  assertEquals(nearestName("tcsh", ["bash", "zsh", "fish"]), undefined);
});

Deno.test("nearestName() of anything among no names is undefined", () => {
  assertEquals(nearestName("port", []), undefined);
});

import { assertEquals } from "@std/assert";
import { FORMER_ID_MS, MAX_FORMER_IDS, OwnIds } from "../../src/client/own_ids.ts";

Deno.test("OwnIds knows no id before the relay names one, or the client's name", () => {
  assertEquals([new OwnIds(undefined).current, new OwnIds("ada").current], [undefined, "ada"]);
  assertEquals(new OwnIds("ada").has("ada", 0), true);
});

Deno.test("OwnIds counts a former id for a minute", () => {
  const ids = new OwnIds(undefined);
  ids.change("a:1", 0);
  ids.change("a:2", 1_000);
  ids.change("a:2", 50_000);
  assertEquals([ids.current, ids.has("a:1", 1_000 + FORMER_ID_MS - 1)], ["a:2", true]);
  assertEquals([ids.has("a:2", 1_000_000), ids.has("a:1", 1_000 + FORMER_ID_MS)], [true, false]);
});

Deno.test("OwnIds remembers 4 former ids", () => {
  const ids = new OwnIds(undefined);
  for (let port = 0; port <= MAX_FORMER_IDS + 1; port++) ids.change(`a:${port}`, port);
  assertEquals([ids.has("a:0", 9), ids.has("a:1", 9), ids.has("a:5", 9)], [false, true, true]);
});

Deno.test("OwnIds is not confused by who comes back to a former address", () => {
  const ids = new OwnIds(undefined);
  for (const id of ["a:1", "a:2", "a:1"]) ids.change(id, 0);
  assertEquals([ids.has("a:1", FORMER_ID_MS), ids.has("a:2", 1)], [true, true]);
});

Deno.test("OwnIds.giveAway() gives a former id to whom it belongs now, and never the present one", () => {
  const ids = new OwnIds(undefined);
  ids.change("a:1", 0);
  ids.change("a:2", 0);
  for (const id of ["a:1", "a:2"]) ids.giveAway(id);
  assertEquals([ids.has("a:1", 1), ids.has("a:2", 1)], [false, true]);
});

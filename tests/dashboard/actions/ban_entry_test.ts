import { assertEquals } from "@std/assert";
import { readBans } from "../../../src/dashboard/actions/ban_entry.ts";

const SINCE = "2026-11-21T20:00:00.000Z";

Deno.test("readBans() reads bans with and without an end", () => {
  const forGood = { target: "ann", kind: "name", since: SINCE };
  const limited = { target: "10.0.0.9", kind: "ip", since: SINCE, until: SINCE };
  assertEquals(readBans([forGood, limited]), [{ ...forGood, until: undefined }, limited]);
});

Deno.test("readBans() leaves out what is no ban", () => {
  const wrong = [null, 3, "x", [], {}, { target: 3, kind: "ip", since: SINCE }, { target: "a" }];
  assertEquals(readBans(wrong), []);
  for (const value of [undefined, null, "x", { length: 3 }]) assertEquals(readBans(value), []);
});

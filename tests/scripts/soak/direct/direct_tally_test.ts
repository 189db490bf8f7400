import { assertEquals } from "@std/assert";
import { DirectTally } from "../../../../scripts/soak/direct/direct_tally.ts";

Deno.test("DirectTally counts by name, and tells troubles in words", () => {
  const tally = new DirectTally();
  for (const name of ["joins", "crashes", "joins"] as const) tally.count(name);
  tally.trouble("send: SERVER_SILENT");
  tally.trouble("send: SERVER_SILENT");
  assertEquals([tally.of("joins"), tally.of("moves"), tally.troubles], [2, 0, 2]);
  assertEquals(tally.troubleText, "send: SERVER_SILENT (2)");
  assertEquals(tally.figures(), { crashes: 1, joins: 2 });
});

import { assertEquals } from "@std/assert";
import { unixSeconds } from "../../src/session/instant.ts";

const rows: { name: string; unixMs: number; seconds: number }[] = [
  { name: "a whole second", unixMs: 5_000, seconds: 5 },
  { name: "the last millisecond of a second", unixMs: 5_999, seconds: 5 },
  { name: "a fraction of a millisecond", unixMs: 5_999.9, seconds: 5 },
  { name: "the beginning of 1970", unixMs: 0, seconds: 0 },
  { name: "a moment beyond 32 bits", unixMs: 4_294_967_296_500, seconds: 4_294_967_296 },
];
for (const { name, unixMs, seconds } of rows) {
  Deno.test(`unixSeconds() rounds ${name} down`, () => {
    assertEquals(unixSeconds({ monotonicMs: 1, unixMs }), seconds);
  });
}

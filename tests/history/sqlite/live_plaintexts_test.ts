import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { LivePlaintexts } from "../../../src/history/sqlite/live_plaintexts.ts";

Deno.test("LivePlaintexts.find() gives what somebody has", () => {
  const live = new LivePlaintexts();
  const plaintext = Uint8Array.of(1);
  live.add(5n, plaintext);
  assertStrictEquals(live.find(5n), plaintext);
  assertEquals(live.find(6n), undefined);
});

Deno.test("LivePlaintexts keeps no record for long of what nobody has", async () => {
  const live = new LivePlaintexts();
  const held: Uint8Array[] = [];
  for (let number = 0n; number < 100_000n; number++) {
    const plaintext = new Uint8Array(1_000);
    if (number % 1_000n === 0n) held.push(plaintext);
    live.add(number, plaintext);
    // The engine lets go of nothing that was looked at in the same turn.
    if (number % 500n === 0n) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assert(live.size < 60_000, `${live.size}`);
  for (const [at, plaintext] of held.entries()) {
    assertStrictEquals(live.find(BigInt(at) * 1_000n), plaintext);
  }
});

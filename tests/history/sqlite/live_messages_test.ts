import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { KeptMessage } from "../../../src/history/history.ts";
import { LiveMessages } from "../../../src/history/sqlite/live_messages.ts";
import { numberedMessage } from "../../support/sqlite_history_fixture.ts";

function kept(sequence: bigint, plaintext: Uint8Array): KeptMessage {
  return { ...numberedMessage(1), sequence, plaintext, payloadBytes: 1 };
}

Deno.test("LiveMessages.find() gives the message whose plaintext somebody has", () => {
  const live = new LiveMessages();
  const message = kept(5n, Uint8Array.of(1));
  live.add(message);
  assertEquals(live.find(5n), message);
  assertStrictEquals(live.find(5n)?.plaintext, message.plaintext);
  assertEquals(live.find(6n), undefined);
});

Deno.test("LiveMessages keeps no record for long of what nobody has", async () => {
  const live = new LiveMessages();
  const held: Uint8Array[] = [];
  for (let number = 0n; number < 100_000n; number++) {
    const plaintext = new Uint8Array(1_000);
    if (number % 1_000n === 0n) held.push(plaintext);
    live.add(kept(number, plaintext));
    // The engine lets go of nothing that was looked at in the same turn.
    if (number % 500n === 0n) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assert(live.size < 60_000, `${live.size}`);
  for (const [at, plaintext] of held.entries()) {
    assertStrictEquals(live.find(BigInt(at) * 1_000n)?.plaintext, plaintext);
  }
});

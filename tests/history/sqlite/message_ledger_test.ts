import { assertEquals } from "@std/assert";
import { type LedgerEntry, MessageLedger } from "../../../src/history/sqlite/message_ledger.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

const FREE = { maxMessages: Infinity, maxBytes: Infinity, maxAgeMs: undefined };

/** A ledger of messages that came at given times, 10 bytes each, from number 1,000 on. */
function ledgerOf(...times: readonly number[]): MessageLedger {
  const ledger = new MessageLedger(999n);
  for (const unixMs of times) ledger.add({ unixMs, bytes: 10 });
  return ledger;
}

Deno.test("MessageLedger counts what it holds", () => {
  const ledger = ledgerOf(1, 2, 3);
  assertEquals([ledger.oldest, ledger.newest, ledger.size, ledger.bytes], [1_000n, 1_002n, 3, 30]);
  ledger.forgetBelow(1_002n);
  assertEquals([ledger.oldest, ledger.newest, ledger.size, ledger.bytes], [1_002n, 1_002n, 1, 10]);
  ledger.forgetBelow(5_000n);
  assertEquals([ledger.oldest, ledger.newest, ledger.size, ledger.bytes], [1_003n, 1_002n, 0, 0]);
});

Deno.test("MessageLedger.oldestWithin() counts what is to be added, and changes nothing", () => {
  const ledger = ledgerOf(1, 2, 3);
  const added = [{ unixMs: 4, bytes: 10 }, { unixMs: 5, bytes: 50 }];
  assertEquals(ledger.oldestWithin(FREE, added), 1_000n);
  assertEquals(ledger.oldestWithin({ ...FREE, maxMessages: 2 }, added), 1_003n);
  assertEquals(ledger.oldestWithin({ ...FREE, maxMessages: 1 }, added), 1_004n);
  assertEquals(ledger.oldestWithin({ ...FREE, maxBytes: 90 }, added), 1_000n);
  assertEquals(ledger.oldestWithin({ ...FREE, maxBytes: 89 }, added), 1_001n);
  assertEquals(ledger.oldestWithin({ ...FREE, maxBytes: 49 }, added), 1_005n);
  assertEquals([ledger.oldest, ledger.newest, ledger.size], [1_000n, 1_002n, 3]);
});

Deno.test("MessageLedger finds times although clocks are set", () => {
  const ledger = ledgerOf(5, 9, 6, 7);
  assertEquals([0, 5, 6, 9, 10].map((time) => ledger.firstSince(time)), [
    1_000n,
    1_000n,
    1_001n,
    1_001n,
    1_004n,
  ]);
  assertEquals([5, 6, 10].map((time) => ledger.firstNotBefore(time)), [1_000n, 1_001n, 1_004n]);
  ledger.forgetBelow(1_002n);
  assertEquals([6, 7, 9].map((time) => ledger.firstSince(time)), [1_002n, 1_003n, 1_004n]);
});

Deno.test("MessageLedger agrees with a plain list over many pages", () => {
  const random = new SeededRandom(11);
  const ledger = new MessageLedger(0n);
  let model: (LedgerEntry & { readonly sequence: bigint })[] = [];
  for (let number = 1n; number <= 8_000n; number++) {
    const entry = { unixMs: Number(number) + random.below(500), bytes: random.below(100) };
    ledger.add(entry);
    model.push({ ...entry, sequence: number });
    if (!random.chance(0.002)) continue;
    const below = number - BigInt(random.below(3_000));
    ledger.forgetBelow(below);
    model = model.filter(({ sequence }) => sequence >= below);
    const unixMs = Number(number) - random.below(2_500);
    assertEquals(ledger.size, model.length);
    assertEquals(ledger.bytes, model.reduce((sum, { bytes }) => sum + bytes, 0));
    const first = model.find((entry) => entry.unixMs >= unixMs)?.sequence ?? number + 1n;
    assertEquals(ledger.firstSince(unixMs), first);
  }
});

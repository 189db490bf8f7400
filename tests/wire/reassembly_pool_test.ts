import { assertEquals } from "@std/assert";
import {
  FRAGMENT_NACK_DELAY_MS,
  MAX_FRAGMENT_NACKS,
  nackedFragmentsWithin,
  reassemblyLimits,
  ReassemblyPool,
} from "../../src/wire/reassembly_pool.ts";
import { Reassembly } from "../../src/wire/reassembly.ts";
import { encodeFragmentNack } from "../../src/wire/fragment_nack.ts";
import { encodeTlvs, TLV_HEADER_BYTES } from "../../src/wire/tlv.ts";
import { tokenBytes } from "../../src/wire/token_size.ts";

const MEBIBYTE = 1024 * 1024;
const TIMEOUT_MS = 10_000;

const limits: { name: string; maxTokenBytes: number; peer: number; total: number }[] = [
  { name: "the bounds of PROTOCOL 1.6", maxTokenBytes: 1, peer: 4, total: 64 },
  { name: "a token as long as a peer's bound", maxTokenBytes: 4 * MEBIBYTE, peer: 4, total: 64 },
  { name: "a token longer than a peer's bound", maxTokenBytes: 5 * MEBIBYTE, peer: 5, total: 64 },
  { name: "a token longer than all bounds", maxTokenBytes: 90 * MEBIBYTE, peer: 90, total: 90 },
];
for (const { name, maxTokenBytes, peer, total } of limits) {
  Deno.test(`reassemblyLimits() gives room for ${name}`, () => {
    const { maxPeerBytes, maxTotalBytes, timeoutMs } = reassemblyLimits(maxTokenBytes, 1_234);
    assertEquals([maxPeerBytes, maxTotalBytes], [peer * MEBIBYTE, total * MEBIBYTE]);
    assertEquals(timeoutMs, 1_234);
  });
}

for (const budgetBytes of [576, 1_200, 1_201, 1_202, 1_203, 65_507]) {
  Deno.test(`nackedFragmentsWithin(${budgetBytes}) fills the budget and does not pass it`, () => {
    const datagramBytes = (count: number) => {
      const value = encodeFragmentNack({ messageId: 1, missing: Array<number>(count).fill(0) });
      const plaintext = encodeTlvs([{ type: 0x0129, value }]);
      return TLV_HEADER_BYTES + tokenBytes(plaintext.byteLength);
    };
    const count = nackedFragmentsWithin(budgetBytes);
    assertEquals(datagramBytes(count) <= budgetBytes, true);
    assertEquals(datagramBytes(count + 1) > budgetBytes, true);
  });
}

Deno.test("ReassemblyPool.expire() keeps an unfinished message until its time-out", () => {
  const { pool, add } = begin();
  add(1, 0, 2, 0);
  assertEquals(pool.expire(TIMEOUT_MS - 1), 0);
  assertEquals(add(1, 1, 2, TIMEOUT_MS - 1), "complete");
});

Deno.test("ReassemblyPool.expire() drops and counts it at its time-out", () => {
  const { pool, add } = begin();
  add(1, 0, 2, 0);
  add(2, 0, 2, 0);
  assertEquals(pool.expire(TIMEOUT_MS), 2);
  assertEquals(pool.chargedBytes, 0);
  assertEquals(add(1, 1, 2, TIMEOUT_MS), "collecting");
});

Deno.test("ReassemblyPool.expire() counts from the last new fragment", () => {
  const { pool, add } = begin();
  add(1, 0, 3, 0);
  add(2, 0, 3, 1);
  add(1, 1, 3, 5_000);
  assertEquals(pool.expire(TIMEOUT_MS + 1), 1);
  assertEquals(add(1, 2, 3, TIMEOUT_MS + 1), "complete");
});

Deno.test("ReassemblyPool.expire() is not put off by duplicates", () => {
  const { pool, add } = begin();
  add(1, 0, 2, 0);
  assertEquals(add(1, 0, 2, 9_999), "duplicate");
  assertEquals(pool.expire(TIMEOUT_MS), 1);
});

Deno.test("ReassemblyPool.expire() is not put off by fragments with another total", () => {
  const { pool, add } = begin();
  add(1, 0, 2, 0);
  assertEquals(add(1, 1, 3, 9_999), "refused");
  assertEquals(pool.expire(TIMEOUT_MS), 1);
});

Deno.test("ReassemblyPool.expire() forgets complete messages without counting them", () => {
  const { pool, add } = begin();
  add(1, 0, 1, 0);
  assertEquals(pool.expire(TIMEOUT_MS), 0);
  assertEquals(pool.nextDeadlineMs(), undefined);
});

Deno.test("ReassemblyPool.takeStalled() names what is missing 200 ms after the last fragment", () => {
  const { pool, add } = begin();
  add(7, 1, 4, 1_000);
  assertEquals(pool.takeStalled(1_000 + FRAGMENT_NACK_DELAY_MS - 1), []);
  const expected = [{ peer: "peer", messageId: 7, missing: [0, 2, 3] }];
  assertEquals(pool.takeStalled(1_000 + FRAGMENT_NACK_DELAY_MS), expected);
});

Deno.test("ReassemblyPool.takeStalled() waits again after each new fragment", () => {
  const { pool, add } = begin();
  add(1, 0, 3, 0);
  add(1, 1, 3, 150);
  assertEquals(pool.takeStalled(349), []);
  assertEquals(pool.takeStalled(350).length, 1);
});

Deno.test("ReassemblyPool.takeStalled() names a message 5 times at most", () => {
  const { pool, add } = begin();
  add(1, 0, 2, 0);
  const times = [];
  for (let nowMs = 0; nowMs < TIMEOUT_MS; nowMs += 10) {
    if (pool.takeStalled(nowMs).length > 0) times.push(nowMs);
  }
  assertEquals(times, [200, 400, 600, 800, 1_000]);
  assertEquals(times.length, MAX_FRAGMENT_NACKS);
});

Deno.test("ReassemblyPool.takeStalled() starts no new count after a new fragment", () => {
  const { pool, add } = begin();
  let named = 0;
  for (let number = 0; number < 20; number++) {
    add(1, number, 100, number * FRAGMENT_NACK_DELAY_MS);
    named += pool.takeStalled((number + 1) * FRAGMENT_NACK_DELAY_MS).length;
  }
  assertEquals(named, MAX_FRAGMENT_NACKS);
});

Deno.test("ReassemblyPool.takeStalled() names at most 150 fragments, the first ones", () => {
  const { pool, add } = begin();
  add(1, 0, 65_535, 0);
  const [stalled] = pool.takeStalled(FRAGMENT_NACK_DELAY_MS);
  const expected = Array.from({ length: nackedFragmentsWithin(576) }, (_, index) => index + 1);
  assertEquals(stalled?.missing, expected);
});

Deno.test("ReassemblyPool.takeStalled() names all messages that are due, and no other", () => {
  const { pool, add } = begin();
  add(1, 0, 2, 0);
  add(2, 0, 2, 50);
  add(3, 0, 2, 51);
  add(4, 0, 1, 0);
  assertEquals(pool.takeStalled(250).map(({ messageId }) => messageId), [1, 2]);
});

Deno.test("ReassemblyPool.takeStalled() names no message that was given up or timed out", () => {
  const { pool, add } = begin();
  add(1, 0, 2, 0, 2_000);
  add(2, 0, 2, 0);
  pool.expire(TIMEOUT_MS);
  assertEquals(pool.takeStalled(TIMEOUT_MS), []);
});

Deno.test("ReassemblyPool.nextDeadlineMs() is undefined when nothing is on the way", () => {
  assertEquals(begin().pool.nextDeadlineMs(), undefined);
});

Deno.test("ReassemblyPool.nextDeadlineMs() is the next request, then the time-out", () => {
  const { pool, add } = begin();
  add(1, 0, 2, 0);
  const deadlines = [pool.nextDeadlineMs()];
  for (let nowMs = 200; nowMs <= 1_000; nowMs += 200) {
    pool.takeStalled(nowMs);
    deadlines.push(pool.nextDeadlineMs());
  }
  assertEquals(deadlines, [200, 400, 600, 800, 1_000, TIMEOUT_MS]);
  pool.expire(TIMEOUT_MS);
  assertEquals(pool.nextDeadlineMs(), undefined);
});

Deno.test("ReassemblyPool.nextDeadlineMs() is the time-out when it comes before the request", () => {
  const { pool, add } = begin(100);
  add(1, 0, 2, 0);
  assertEquals(pool.nextDeadlineMs(), 100);
});

Deno.test("ReassemblyPool.nextDeadlineMs() is when a complete message is forgotten", () => {
  const { pool, add } = begin();
  add(1, 0, 1, 300);
  assertEquals(pool.nextDeadlineMs(), 300 + TIMEOUT_MS);
});

function begin(timeoutMs = TIMEOUT_MS) {
  const pool = new ReassemblyPool(reassemblyLimits(1_000, timeoutMs));
  const reassembly = new Reassembly(pool, "peer");
  const add = (
    messageId: number,
    sequenceNumber: number,
    total: number,
    nowMs: number,
    chunkBytes = 10,
  ) => {
    const chunk = new Uint8Array(chunkBytes);
    return reassembly.add({ messageId, sequenceNumber, total, chunk }, nowMs).state;
  };
  return { pool, add };
}

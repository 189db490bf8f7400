import { assertEquals } from "@std/assert";
import type { Fragment } from "../../src/wire/fragment.ts";
import { Reassembly } from "../../src/wire/reassembly.ts";
import { reassemblyLimits, ReassemblyPool } from "../../src/wire/reassembly_pool.ts";

const asked = [
  { name: "a fragment that lacks", messageId: 1, total: 3, number: 2, collects: true },
  { name: "a fragment that came", messageId: 1, total: 3, number: 1, collects: false },
  { name: "another total", messageId: 1, total: 4, number: 2, collects: false },
  { name: "another message", messageId: 2, total: 3, number: 2, collects: false },
  { name: "a number equal to the total", messageId: 1, total: 3, number: 3, collects: false },
  { name: "a number below 0", messageId: 1, total: 3, number: -1, collects: false },
  { name: "a complete message", messageId: 9, total: 1, number: 0, collects: false },
];
for (const { name, messageId, total, number, collects } of asked) {
  Deno.test(`Reassembly.collects() says ${collects} of ${name}`, () => {
    const { reassembly } = begin();
    reassembly.add(fragment(1, 1, 3), 0);
    reassembly.add(fragment(9, 0, 1), 0);
    assertEquals(reassembly.collects(messageId, total, number), collects);
  });
}

Deno.test("Reassembly.collects() says false of a message that was given up", () => {
  const { pool, reassembly } = begin(20);
  reassembly.add(fragment(1, 0, 3), 0);
  assertEquals(reassembly.collects(1, 3, 2), true);
  assertEquals(reassembly.add(fragment(1, 1, 3, 21), 0).state, "refused");
  assertEquals(reassembly.collects(1, 3, 2), false);
  assertEquals(pool.chargedBytes, 0);
});

Deno.test("Reassembly.collects() says false of a message that timed out", () => {
  const { pool, reassembly } = begin();
  reassembly.add(fragment(1, 0, 3), 0);
  pool.expire(10_000);
  assertEquals(reassembly.collects(1, 3, 2), false);
});

Deno.test("Reassembly.collects() changes nothing", () => {
  const { pool, reassembly } = begin();
  assertEquals(reassembly.collects(1, 3, 2), false);
  assertEquals(pool.nextDeadlineMs(), undefined);
});

Deno.test("Reassembly.forget() lets a complete message begin anew", () => {
  const { reassembly } = begin();
  assertEquals(reassembly.add(fragment(1, 0, 1), 0).state, "complete");
  assertEquals(reassembly.add(fragment(1, 0, 1), 0).state, "duplicate");
  reassembly.forget(1);
  assertEquals(reassembly.add(fragment(1, 0, 1), 0).state, "complete");
});

Deno.test("Reassembly.forget() gives back what an unfinished message was charged", () => {
  const { pool, reassembly } = begin();
  reassembly.add(fragment(1, 0, 2, 300), 0);
  reassembly.add(fragment(2, 0, 2, 200), 0);
  reassembly.forget(1);
  assertEquals([reassembly.chargedBytes, pool.chargedBytes], [200, 200]);
  assertEquals(pool.takeStalled(10_000).map(({ messageId }) => messageId), [2]);
  assertEquals(reassembly.add(fragment(1, 1, 2), 0).state, "collecting");
  assertEquals(reassembly.collects(1, 2, 0), true);
});

Deno.test("Reassembly.forget() leaves nothing to wait for", () => {
  const { pool, reassembly } = begin();
  reassembly.add(fragment(1, 0, 2), 0);
  reassembly.add(fragment(2, 0, 1), 0);
  reassembly.forget(1);
  reassembly.forget(2);
  assertEquals(pool.nextDeadlineMs(), undefined);
  assertEquals(pool.expire(100_000), 0);
});

Deno.test("Reassembly.forget() of a message that is not known, or of another peer, is nothing", () => {
  const { pool, reassembly } = begin();
  const other = new Reassembly(pool, "other");
  other.add(fragment(1, 0, 2, 100), 0);
  reassembly.forget(1);
  assertEquals(other.chargedBytes, 100);
  assertEquals(other.add(fragment(1, 1, 2), 0).state, "complete");
});

function begin(maxTokenBytes = 1_000): { pool: ReassemblyPool; reassembly: Reassembly } {
  const pool = new ReassemblyPool(reassemblyLimits(maxTokenBytes, 10_000));
  return { pool, reassembly: new Reassembly(pool, "peer") };
}

function fragment(
  messageId: number,
  sequenceNumber: number,
  total: number,
  chunkBytes = 10,
): Fragment {
  return { messageId, sequenceNumber, total, chunk: new Uint8Array(chunkBytes) };
}

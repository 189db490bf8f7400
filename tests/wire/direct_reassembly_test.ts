import { assertEquals } from "@std/assert";
import { directReassemblyLimits } from "../../src/wire/direct_reassembly.ts";
import { Reassembly } from "../../src/wire/reassembly.ts";
import { ReassemblyPool } from "../../src/wire/reassembly_pool.ts";

const MEBIBYTE = 1024 * 1024;

const limits = [
  { name: "a body of a byte", body: 1, total: 64 * MEBIBYTE, bounds: [4, 64] },
  {
    name: "a body as long as a peer's bound",
    body: 4 * MEBIBYTE,
    total: 64 * MEBIBYTE,
    bounds: [4, 64],
  },
  {
    name: "a body longer than that",
    body: 5 * MEBIBYTE,
    total: 64 * MEBIBYTE,
    bounds: [5, 64],
  },
  {
    name: "a body longer than all bounds",
    body: 9 * MEBIBYTE,
    total: 8 * MEBIBYTE,
    bounds: [9, 9],
  },
  { name: "a smaller bound in all", body: 1, total: 2 * MEBIBYTE, bounds: [4, 2] },
];
for (const { name, body, total, bounds } of limits) {
  Deno.test(`directReassemblyLimits() gives room for ${name}`, () => {
    const made = directReassemblyLimits({
      maxBodyBytes: body,
      maxTotalBytes: total,
      maxMessages: 1_000,
      timeoutMs: 1_234,
    });
    assertEquals([made.maxTokenBytes, made.timeoutMs, made.maxPeerMessages], [body, 1_234, 1024]);
    assertEquals([made.maxPeerBytes, made.maxTotalBytes], bounds.map((each) => each * MEBIBYTE));
  });
}

Deno.test("directReassemblyLimits() asks for what is missing 5 times, each 300 ms after the last", () => {
  const { pool, reassembly } = begin();
  reassembly.add({ messageId: 7, sequenceNumber: 1, total: 3, chunk: new Uint8Array(9) }, 1_000);
  const times: number[] = [];
  for (let nowMs = 1_000; nowMs < 11_000; nowMs += 10) {
    const stalled = pool.takeStalled(nowMs);
    if (stalled.length === 0) continue;
    assertEquals(stalled, [{ peer: "peer", messageId: 7, missing: [0, 2] }]);
    times.push(nowMs);
  }
  assertEquals(times, [1_300, 1_600, 1_900, 2_200, 2_500]);
});

Deno.test("directReassemblyLimits() names all fragments of a message but the one that came", () => {
  const { pool, reassembly } = begin();
  reassembly.add({ messageId: 7, sequenceNumber: 254, total: 255, chunk: new Uint8Array(9) }, 0);
  const [stalled] = pool.takeStalled(300);
  assertEquals(stalled?.missing, Array.from({ length: 254 }, (_, number) => number));
});

function begin(): { pool: ReassemblyPool; reassembly: Reassembly } {
  const limits = {
    maxBodyBytes: MEBIBYTE,
    maxTotalBytes: MEBIBYTE,
    maxMessages: 1_000,
    timeoutMs: 10_000,
  };
  const pool = new ReassemblyPool(directReassemblyLimits(limits));
  return { pool, reassembly: new Reassembly(pool, "peer") };
}

import { assertEquals } from "@std/assert";
import type { Fragment } from "../../src/wire/fragment.ts";
import {
  MIN_FRAGMENT_CHARGE_BYTES,
  Reassembly,
  type ReassemblyResult,
} from "../../src/wire/reassembly.ts";
import { type ReassemblyLimits, ReassemblyPool } from "../../src/wire/reassembly_pool.ts";
import { assertSameBytes } from "../support/same_bytes.ts";

const LIMITS: ReassemblyLimits = {
  maxTokenBytes: 1_000,
  maxPeerBytes: 1_500,
  maxTotalBytes: 2_000,
  maxPeerMessages: 4,
  maxMessages: 100,
  nackDelayMs: 200,
  maxNacks: 5,
  maxNackedFragments: 100,
  timeoutMs: 10_000,
};

Deno.test("Reassembly.add() completes a message of one fragment at once", () => {
  const { reassembly } = begin();
  assertEquals(reassembly.add(fragment(1, 0, 1, 7, 8), 0), complete([7, 8]));
});

Deno.test("Reassembly.add() completes a message of one empty fragment", () => {
  const { reassembly } = begin();
  assertEquals(reassembly.add(fragment(1, 0, 1), 0), complete([]));
});

const orders: { name: string; numbers: number[] }[] = [
  { name: "in order", numbers: [0, 1, 2] },
  { name: "in reverse", numbers: [2, 1, 0] },
  { name: "with the middle one last", numbers: [2, 0, 1] },
];
for (const { name, numbers } of orders) {
  Deno.test(`Reassembly.add() puts fragments together that come ${name}`, () => {
    const { reassembly } = begin();
    const results = numbers.map((number) => reassembly.add(fragment(1, number, 3, number), 0));
    assertEquals(results, [COLLECTING, COLLECTING, complete([0], [1], [2])]);
  });
}

Deno.test("Reassembly.add() puts a message of 65,535 fragments together", () => {
  const { reassembly } = begin({
    maxTokenBytes: 65_535,
    maxPeerBytes: 2 ** 23,
    maxTotalBytes: 2 ** 23,
  });
  let last: ReassemblyResult = COLLECTING;
  for (let number = 65_534; number >= 0; number--) {
    last = reassembly.add(fragment(1, number, 65_535, number & 0xff), 0);
  }
  const token = Uint8Array.from({ length: 65_535 }, (_, index) => index & 0xff);
  assertSameBytes(last.state === "complete" ? last.token : undefined, token);
});

Deno.test("Reassembly.add() keeps messages of different ids apart", () => {
  const { reassembly } = begin();
  reassembly.add(fragment(1, 0, 2, 1), 0);
  reassembly.add(fragment(0xffffffff, 0, 2, 5), 0);
  assertEquals(reassembly.add(fragment(1, 1, 2, 2), 0), complete([1], [2]));
  assertEquals(reassembly.add(fragment(0xffffffff, 1, 2, 6), 0), complete([5], [6]));
});

Deno.test("Reassembly.add() keeps the messages of different peers apart", () => {
  const { pool, reassembly } = begin();
  const other = new Reassembly(pool, "other");
  reassembly.add(fragment(1, 0, 2, 1), 0);
  assertEquals(other.add(fragment(1, 1, 2, 9), 0), COLLECTING);
  assertEquals(reassembly.add(fragment(1, 1, 2, 2), 0), complete([1], [2]));
});

Deno.test("Reassembly.add() lets the first copy of a fragment stand", () => {
  const { reassembly } = begin();
  reassembly.add(fragment(1, 0, 2, 1), 0);
  assertEquals(reassembly.add(fragment(1, 0, 2, 99, 99), 0), DUPLICATE);
  assertEquals(reassembly.add(fragment(1, 1, 2, 2), 0), complete([1], [2]));
});

Deno.test("Reassembly.add() takes a late copy of a complete message for a duplicate", () => {
  const { reassembly } = begin();
  reassembly.add(fragment(1, 0, 1, 7), 0);
  assertEquals(reassembly.add(fragment(1, 0, 1, 7), 9_999), DUPLICATE);
});

Deno.test("Reassembly.add() begins anew under an id that was forgotten", () => {
  const { pool, reassembly } = begin();
  reassembly.add(fragment(1, 0, 1, 7), 0);
  pool.expire(10_000);
  assertEquals(reassembly.add(fragment(1, 0, 1, 8), 10_000), complete([8]));
});

Deno.test("Reassembly.add() refuses a total that differs from the first one", () => {
  const { reassembly } = begin();
  reassembly.add(fragment(1, 0, 2, 1), 0);
  assertEquals(reassembly.add(fragment(1, 1, 3, 9), 0), refused("total_mismatch"));
  assertEquals(reassembly.add(fragment(1, 0, 1, 9), 0), refused("total_mismatch"));
  assertEquals(reassembly.add(fragment(1, 1, 2, 2), 0), complete([1], [2]));
});

Deno.test("Reassembly.add() refuses another total for a message that is complete", () => {
  const { reassembly } = begin();
  reassembly.add(fragment(1, 0, 1, 7), 0);
  assertEquals(reassembly.add(fragment(1, 0, 2, 7), 0), refused("total_mismatch"));
});

Deno.test("Reassembly.add() copies the chunk", () => {
  const { reassembly } = begin();
  const first = fragment(1, 0, 2, 1);
  reassembly.add(first, 0);
  first.chunk.fill(99);
  assertEquals(reassembly.add(fragment(1, 1, 2, 2), 0), complete([1], [2]));
});

Deno.test("Reassembly.add() takes a token of exactly maxTokenBytes", () => {
  const { reassembly } = begin();
  reassembly.add(sized(1, 0, 2, 600), 0);
  assertEquals(reassembly.add(sized(1, 1, 2, 400), 0).state, "complete");
});

Deno.test("Reassembly.add() gives a token up that is one byte longer", () => {
  const { pool, reassembly } = begin();
  reassembly.add(sized(1, 0, 3, 600), 0);
  assertEquals(reassembly.add(sized(1, 1, 3, 401), 0), refused("too_large"));
  assertEquals([reassembly.chargedBytes, pool.chargedBytes], [0, 0]);
  assertEquals(reassembly.add(sized(1, 2, 3, 1), 0), DUPLICATE);
});

Deno.test("Reassembly.add() refuses a single fragment that is too long", () => {
  const { reassembly } = begin();
  assertEquals(reassembly.add(sized(1, 0, 1, 1_001), 0), refused("too_large"));
});

Deno.test("Reassembly.chargedBytes counts chunks, short ones at the minimum", () => {
  const { pool, reassembly } = begin();
  reassembly.add(sized(1, 0, 4, 0), 0);
  reassembly.add(sized(1, 1, 4, MIN_FRAGMENT_CHARGE_BYTES), 0);
  reassembly.add(sized(1, 2, 4, MIN_FRAGMENT_CHARGE_BYTES + 1), 0);
  assertEquals(reassembly.chargedBytes, 3 * MIN_FRAGMENT_CHARGE_BYTES + 1);
  assertEquals(pool.chargedBytes, reassembly.chargedBytes);
});

Deno.test("Reassembly.chargedBytes goes back to 0 when all is complete", () => {
  const { pool, reassembly } = begin();
  for (const number of [0, 1, 2]) reassembly.add(sized(1, number, 3, 100), 0);
  assertEquals([reassembly.chargedBytes, pool.chargedBytes], [0, 0]);
});

Deno.test("Reassembly.add() fills a peer's account up to its bound", () => {
  const { reassembly } = begin();
  reassembly.add(sized(1, 0, 2, 750), 0);
  assertEquals(reassembly.add(sized(2, 0, 2, 750), 0), COLLECTING);
  assertEquals(reassembly.chargedBytes, LIMITS.maxPeerBytes);
});

Deno.test("Reassembly.add() gives up the peer's oldest message past the bound", () => {
  const { reassembly } = begin();
  reassembly.add(sized(1, 0, 2, 700), 0);
  reassembly.add(sized(2, 0, 2, 700), 0);
  assertEquals(reassembly.add(sized(3, 0, 2, 101), 0), { state: "collecting", evicted: 1 });
  assertEquals(reassembly.chargedBytes, 801);
  assertEquals(reassembly.add(sized(1, 1, 2, 1), 0), DUPLICATE);
  assertEquals(reassembly.add(sized(2, 1, 2, 1), 0).state, "complete");
});

Deno.test("Reassembly.add() gives up as many messages as it takes", () => {
  const { reassembly } = begin();
  for (const id of [1, 2, 3]) reassembly.add(sized(id, 0, 2, 400), 0);
  assertEquals(reassembly.add(sized(4, 0, 2, 900), 0), { state: "collecting", evicted: 2 });
  assertEquals(reassembly.chargedBytes, 1_300);
});

Deno.test("Reassembly.add() gives up a message alone that passes the bound by its empty fragments", () => {
  const { reassembly } = begin();
  const fitting = Math.floor(LIMITS.maxPeerBytes / MIN_FRAGMENT_CHARGE_BYTES);
  for (let number = 0; number < fitting; number++) {
    assertEquals(reassembly.add(sized(1, number, 65_535, 0), 0), COLLECTING);
  }
  assertEquals(reassembly.add(sized(1, fitting, 65_535, 0), 0).evicted, 1);
  assertEquals(reassembly.chargedBytes, 0);
});

Deno.test("Reassembly.add() does not charge the last fragment of a message against the bound", () => {
  const { reassembly } = begin();
  reassembly.add(sized(1, 0, 2, 700), 0);
  reassembly.add(sized(2, 0, 2, 700), 0);
  assertEquals(reassembly.add(sized(1, 1, 2, 300), 0).state, "complete");
  assertEquals(reassembly.chargedBytes, 700);
});

Deno.test("Reassembly.add() gives up the oldest message of all peers past the bound in all", () => {
  const { pool, reassembly } = begin();
  const other = new Reassembly(pool, "other");
  reassembly.add(sized(1, 0, 2, 600), 0);
  reassembly.add(sized(2, 0, 2, 600), 0);
  assertEquals(other.add(sized(1, 0, 2, 800), 0), COLLECTING);
  assertEquals(pool.chargedBytes, LIMITS.maxTotalBytes);
  assertEquals(other.add(sized(2, 0, 2, 1), 0), { state: "collecting", evicted: 1 });
  assertEquals([reassembly.chargedBytes, other.chargedBytes], [600, 864]);
});

Deno.test("Reassembly.add() remembers as many messages of a peer as the bound says", () => {
  const { reassembly } = begin();
  for (const id of [1, 2, 3, 4]) reassembly.add(fragment(id, 0, 1, id), 0);
  for (const id of [1, 2, 3, 4]) assertEquals(reassembly.add(fragment(id, 0, 1), 0), DUPLICATE);
});

Deno.test("Reassembly.add() forgets the peer's oldest message one past that bound", () => {
  const { reassembly } = begin();
  for (const id of [1, 2, 3, 4, 5]) reassembly.add(fragment(id, 0, 1, id), 0);
  assertEquals(reassembly.add(fragment(2, 0, 1), 0), DUPLICATE);
  assertEquals(reassembly.add(fragment(1, 0, 1, 9), 0), complete([9]));
});

Deno.test("Reassembly.add() forgets what is complete before what is not", () => {
  const { reassembly } = begin();
  reassembly.add(fragment(1, 0, 2, 1), 0);
  for (const id of [2, 3, 4, 5, 6, 7]) reassembly.add(fragment(id, 0, 1, id), 0);
  assertEquals(reassembly.add(fragment(1, 1, 2, 2), 0), complete([1], [2]));
});

Deno.test("Reassembly.add() counts an unfinished message that it forgot for a new one", () => {
  const { pool, reassembly } = begin();
  for (const id of [1, 2, 3, 4]) reassembly.add(sized(id, 0, 2, 100), 0);
  assertEquals(reassembly.add(sized(5, 0, 2, 100), 0), { state: "collecting", evicted: 1 });
  assertEquals([reassembly.chargedBytes, pool.chargedBytes], [400, 400]);
});

Deno.test("Reassembly.add() counts it also when the new message is complete at once", () => {
  const { reassembly } = begin();
  for (const id of [1, 2, 3, 4]) reassembly.add(sized(id, 0, 2, 100), 0);
  assertEquals(reassembly.add(fragment(5, 0, 1, 7), 0), { ...complete([7]), evicted: 1 });
});

Deno.test("Reassembly.add() counts it also when the new message is refused", () => {
  const { reassembly } = begin();
  for (const id of [1, 2, 3, 4]) reassembly.add(sized(id, 0, 2, 100), 0);
  const result = reassembly.add(sized(5, 0, 1, 1_001), 0);
  assertEquals(result, { state: "refused", evicted: 1, reason: "too_large" });
});

Deno.test("Reassembly.clear() forgets everything of its peer and nothing of others", () => {
  const { pool, reassembly } = begin();
  const other = new Reassembly(pool, "other");
  reassembly.add(sized(1, 0, 2, 300), 0);
  reassembly.add(sized(2, 0, 1, 300), 0);
  other.add(sized(1, 0, 2, 200), 0);
  reassembly.clear();
  assertEquals([reassembly.chargedBytes, pool.chargedBytes], [0, 200]);
  assertEquals(pool.takeStalled(1_000).map(({ peer }) => peer), ["other"]);
  assertEquals(reassembly.add(fragment(2, 0, 1, 5), 0), complete([5]));
});

Deno.test("Reassembly.clear() twice is the same as once", () => {
  const { pool, reassembly } = begin();
  reassembly.add(sized(1, 0, 2, 300), 0);
  reassembly.clear();
  reassembly.clear();
  assertEquals([reassembly.chargedBytes, pool.chargedBytes], [0, 0]);
});

const COLLECTING: ReassemblyResult = { state: "collecting", evicted: 0 };
const DUPLICATE: ReassemblyResult = { state: "duplicate", evicted: 0 };

function begin(
  limits: Partial<ReassemblyLimits> = {},
): { pool: ReassemblyPool; reassembly: Reassembly } {
  const pool = new ReassemblyPool({ ...LIMITS, ...limits });
  return { pool, reassembly: new Reassembly(pool, "peer") };
}

function fragment(
  messageId: number,
  sequenceNumber: number,
  total: number,
  ...chunk: number[]
): Fragment {
  return { messageId, sequenceNumber, total, chunk: Uint8Array.from(chunk) };
}

function sized(
  messageId: number,
  sequenceNumber: number,
  total: number,
  chunkBytes: number,
): Fragment {
  return { messageId, sequenceNumber, total, chunk: new Uint8Array(chunkBytes) };
}

function complete(...chunks: number[][]): ReassemblyResult {
  return {
    state: "complete",
    evicted: 0,
    token: Uint8Array.from(chunks.flat()),
    chunks: chunks.map((chunk) => Uint8Array.from(chunk)),
  };
}

function refused(reason: "total_mismatch" | "too_large"): ReassemblyResult {
  return { state: "refused", evicted: 0, reason };
}

Deno.test("Reassembly.add() forgets the id that was quiet longest when all peers have too many", () => {
  const pool = new ReassemblyPool({ ...LIMITS, maxMessages: 2 });
  const [ann, bob] = [new Reassembly(pool, "ann"), new Reassembly(pool, "bob")];
  assertEquals(ann.add(fragment(1, 0, 2, 7), 0).evicted, 0);
  assertEquals(bob.add(fragment(1, 0, 2, 7), 1).evicted, 0);
  assertEquals(bob.add(fragment(2, 0, 2, 7), 2).evicted, 1);
  assertEquals([ann.chargedBytes > 0, ann.collects(1, 2, 1), bob.collects(1, 2, 1)], [
    false,
    false,
    true,
  ]);
  bob.add(fragment(1, 1, 2, 8), 3);
  assertEquals(bob.add(fragment(3, 0, 2, 7), 4).evicted, 1, "an unfinished one goes");
  assertEquals(bob.add(fragment(4, 0, 2, 7), 5).evicted, 0, "a finished one is no loss");
});

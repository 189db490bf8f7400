import { assertEquals } from "@std/assert";
import { TokenBucket } from "../../src/session/token_bucket.ts";

const RATE = { burst: 3, perSecond: 10 };

Deno.test("TokenBucket.take() gives the burst at once, and not one more", () => {
  assertEquals(takeAll(new TokenBucket(RATE, 0), 0), 3);
});

Deno.test("TokenBucket.take() gives the next token when its time has come", () => {
  const bucket = emptied();
  assertEquals(bucket.take(99), false);
  assertEquals(bucket.take(100), true);
  assertEquals(bucket.take(100), false);
});

Deno.test("TokenBucket.take() keeps the fraction that has come back", () => {
  const bucket = emptied();
  for (const nowMs of [50, 99]) assertEquals(bucket.take(nowMs), false);
  assertEquals(bucket.take(101), true);
  assertEquals(bucket.take(199), false);
  assertEquals(bucket.take(201), true);
});

Deno.test("TokenBucket.take() never gives more than the burst after a long rest", () => {
  assertEquals(takeAll(emptied(), 1e12), 3);
});

Deno.test("TokenBucket.take() gives burst and rate over a long time, and not one more", () => {
  const bucket = new TokenBucket(RATE, 0);
  let taken = 0;
  for (let nowMs = 0; nowMs <= 10_000; nowMs += 7) taken += takeAll(bucket, nowMs);
  assertEquals(taken, 3 + 99);
});

Deno.test("TokenBucket.take() gives nothing for time that went back and came again", () => {
  const bucket = emptied();
  assertEquals(bucket.take(-1_000), false);
  assertEquals(bucket.take(0), false);
  assertEquals(bucket.take(99), false);
  assertEquals(bucket.take(100), true);
});

Deno.test("TokenBucket.take() never fills at a rate of 0", () => {
  const bucket = new TokenBucket({ burst: 1, perSecond: 0 }, 0);
  assertEquals([bucket.take(0), bucket.take(1e9)], [true, false]);
});

Deno.test("TokenBucket.take() gives nothing from a bucket that holds nothing", () => {
  assertEquals(new TokenBucket({ burst: 0, perSecond: 100 }, 0).take(1e9), false);
});

Deno.test("TokenBucket.has() takes nothing", () => {
  const bucket = new TokenBucket({ burst: 1, perSecond: 1 }, 0);
  assertEquals([bucket.has(0), bucket.has(0), bucket.take(0), bucket.has(0)], [
    true,
    true,
    true,
    false,
  ]);
});

Deno.test("TokenBucket.isFull() says when forgetting the bucket changes nothing", () => {
  const bucket = new TokenBucket(RATE, 0);
  assertEquals(bucket.isFull(0), true);
  bucket.take(0);
  assertEquals(bucket.isFull(99), false);
  assertEquals(bucket.isFull(100), true);
});

function takeAll(bucket: TokenBucket, nowMs: number): number {
  let taken = 0;
  while (bucket.take(nowMs)) taken++;
  return taken;
}

function emptied(): TokenBucket {
  const bucket = new TokenBucket(RATE, 0);
  takeAll(bucket, 0);
  return bucket;
}

Deno.test("TokenBucket.giveBack() gives a token back, and none beyond the burst", () => {
  const bucket = new TokenBucket({ burst: 2, perSecond: 1 }, 0);
  bucket.giveBack(0);
  assertEquals([bucket.take(0), bucket.take(0), bucket.take(0)], [true, true, false]);
  bucket.giveBack(0);
  assertEquals([bucket.take(0), bucket.take(0)], [true, false]);
});

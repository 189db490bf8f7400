import { assertEquals, assertRejects } from "@std/assert";
import { DirectPendingSends } from "../../../src/client/direct/direct_pending_sends.ts";

const ALWAYS = () => true;

Deno.test("DirectPendingSends gives waiting messages in order, while there is room", async () => {
  const sends = new DirectPendingSends();
  const ends = [3, 9, 1].map((bytes) => sends.begin(new Uint8Array(bytes), undefined));
  const small = (bytes: number) => bytes < 5;
  assertEquals(sends.takeNext(small)?.messageId, 1);
  assertEquals(sends.takeNext(small), undefined, "the third must not overtake the second");
  assertEquals(sends.takeNext(ALWAYS)?.messageId, 2);
  assertEquals(sends.takeNext(ALWAYS)?.messageId, 3);
  assertEquals(sends.takeNext(ALWAYS), undefined);
  for (const messageId of [1, 2, 3]) sends.settle(messageId);
  await Promise.all(ends);
});

Deno.test("DirectPendingSends.failAll() fails also those that wait for room", async () => {
  const sends = new DirectPendingSends();
  const end = sends.begin(new Uint8Array(1), undefined);
  sends.failAll(new Error("silent"));
  await assertRejects(() => end, Error, "silent");
  assertEquals(sends.takeNext(ALWAYS), undefined);
});

Deno.test("DirectPendingSends.fail() fails one message alone", async () => {
  const sends = new DirectPendingSends();
  const first = sends.begin(new Uint8Array(1), undefined);
  const second = sends.begin(new Uint8Array(1), undefined);
  sends.fail(1, new Error("too large"));
  await assertRejects(() => first, Error, "too large");
  sends.settle(2);
  sends.settle(2);
  await second;
});

Deno.test("DirectPendingSends fails a message whose listener throws", async () => {
  const sends = new DirectPendingSends();
  const end = sends.begin(new Uint8Array(1), () => {
    throw new Error("listener");
  });
  sends.tellProgress(1, { sentBytes: 1, totalBytes: 1 });
  await assertRejects(() => end, Error, "listener");
});

import { assert, assertEquals } from "@std/assert";
import { DirectTransfer } from "../../../src/client/direct/direct_transfer.ts";
import {
  DirectTransferQueue,
  MAX_QUEUED_MESSAGES,
} from "../../../src/client/direct/direct_transfer_queue.ts";

function cutInto(partBytes: number, bytes: number): DirectTransfer {
  return new DirectTransfer(1, new Uint8Array(bytes), { partBytes, transferId: new Uint8Array(8) });
}

for (
  const { bytes, lengths } of [
    { bytes: 0, lengths: [0] },
    { bytes: 10, lengths: [10] },
    { bytes: 11, lengths: [10, 1] },
    { bytes: 30, lengths: [10, 10, 10] },
  ]
) {
  Deno.test(`DirectTransfer cuts ${bytes} bytes into ${lengths.length} parts`, () => {
    const transfer = cutInto(10, bytes);
    const parts = lengths.map(() => transfer.takePart());
    assertEquals(parts.map((part) => part?.payload.byteLength), lengths);
    assertEquals(parts.map((part) => part?.number), [...lengths.keys()]);
    assertEquals(transfer.takePart(), undefined);
    assertEquals(transfer.partCount, lengths.length);
    for (const part of parts) {
      assertEquals(transfer.isDelivered, false);
      assert(part !== undefined);
      transfer.acknowledge(part);
    }
    assert(transfer.isDelivered);
  });
}

Deno.test("DirectTransfer goes as one when nothing says how to cut it", () => {
  const transfer = new DirectTransfer(1, new Uint8Array(100));
  assertEquals([transfer.partCount, transfer.transferId], [1, undefined]);
  assertEquals(transfer.takePart()?.payload.byteLength, 100);
});

Deno.test("DirectTransfer.takeProgress() tells only what is more than before", () => {
  const transfer = cutInto(10, 25);
  const part = transfer.takePart();
  assert(part !== undefined);
  assertEquals(transfer.takeProgress(0), 0);
  assertEquals(transfer.takeProgress(7), 7);
  assertEquals(transfer.takeProgress(7), undefined);
  assertEquals(transfer.takeProgress(3), undefined);
  transfer.acknowledge(part);
  assertEquals(transfer.takeProgress(2), 12);
});

Deno.test("DirectTransferQueue gives the parts of one message after those of another", () => {
  const queue = new DirectTransferQueue(1_000);
  const [first, second] = [cutInto(10, 15), cutInto(10, 5)];
  queue.add(first);
  queue.add(second);
  assertEquals([...queue], [first, second]);
  const parts = [queue.takePart(), queue.takePart(), queue.takePart(), queue.takePart()];
  assertEquals(parts.map((part) => part?.transfer), [first, first, second, undefined]);
});

Deno.test("DirectTransferQueue has room for 256 messages", () => {
  const queue = new DirectTransferQueue(1_000);
  const last = cutInto(10, 1);
  for (let count = 1; count < MAX_QUEUED_MESSAGES; count++) queue.add(cutInto(10, 1));
  assert(queue.hasRoomFor(1));
  queue.add(last);
  assertEquals(queue.hasRoomFor(0), false);
  queue.remove(last);
  assert(queue.hasRoomFor(1));
});

Deno.test("DirectTransferQueue has room for so many bytes, or for a single message", () => {
  const queue = new DirectTransferQueue(100);
  assert(queue.hasRoomFor(1_000));
  const first = cutInto(10, 60);
  queue.add(first);
  assert(queue.hasRoomFor(40));
  assertEquals(queue.hasRoomFor(41), false);
  queue.remove(first);
  queue.remove(first);
  assert(queue.hasRoomFor(1_000));
});

import { assert, assertEquals } from "@std/assert";
import { DirectDelivery } from "../../../src/client/direct/direct_delivery.ts";
import { DirectTransfer } from "../../../src/client/direct/direct_transfer.ts";
import {
  STRAY_ACK_MS,
  WholeDatagramSlot,
} from "../../../src/client/direct/direct_whole_datagram_slot.ts";

/** A delivery that was sent so often, each time at 1,000 ms. */
function sentTimes(times: number): DirectDelivery {
  const part = new DirectTransfer(1, new Uint8Array()).takePart();
  assert(part !== undefined);
  const delivery = new DirectDelivery(part, 1, () => 0.5);
  const now = { monotonicMs: 1_000, unixMs: 0 };
  for (let time = 0; time < times; time++) {
    delivery.begin(() => ({ messageId: undefined, datagrams: [new Uint8Array(512)] }), now);
    delivery.release(1_000);
  }
  return delivery;
}

for (
  const { name, times, isStray } of [
    { name: "sent once", times: 1, isStray: true },
    { name: "sent twice", times: 2, isStray: true },
    { name: "given up before it was sent", times: 0, isStray: false },
  ]
) {
  Deno.test(`WholeDatagramSlot after a message that was ${name}`, () => {
    const slot = new WholeDatagramSlot();
    const first = sentTimes(times);
    const second = sentTimes(0);
    assert(slot.take(first, 1_000));
    assertEquals(slot.take(second, 1_000), false);
    slot.free(second);
    assertEquals(slot.take(second, 1_000), false, "only who has it frees it");
    slot.free(first);
    assertEquals(slot.take(second, 1_000 + STRAY_ACK_MS - 1), !isStray);
    if (isStray) assert(slot.take(second, 1_000 + STRAY_ACK_MS));
  });
}

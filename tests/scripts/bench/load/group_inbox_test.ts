import { assertEquals } from "@std/assert";
import { GroupInbox } from "../../../../scripts/bench/load/group_inbox.ts";
import { GroupKeys } from "../../../../scripts/bench/load/group_keys.ts";
import type { MessageSink } from "../../../../scripts/bench/load/message_sink.ts";
import { Fernet } from "../../../../src/crypto/fernet.ts";
import { fragmentDatagrams } from "../../../../src/wire/fragment.ts";
import { groupFramePrefix } from "../../../../src/wire/group_frame.ts";
import { concat } from "@std/bytes";
import { encodeTlvs } from "../../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES as TYPES } from "../../../../src/wire/tlv_types.ts";

const PAYLOAD = Uint8Array.from({ length: 200 }, (_, at) => at);

/** Keeps what it is given. */
class FakeSink implements MessageSink {
  readonly taken: { receiver: number; payload: Uint8Array; atMs: number }[] = [];
  damaged = 0;
  isOpening = true;
  unopened = 0;

  countUnopened(): boolean {
    if (!this.isOpening) this.unopened++;
    return !this.isOpening;
  }

  take(receiver: number, payload: Uint8Array, atMs: number): void {
    this.taken.push({ receiver, payload: payload.slice(), atMs });
  }

  takeDamaged(): void {
    this.damaged++;
  }
}

function keyOf(epoch: number): Uint8Array {
  return new Uint8Array(32).fill(epoch);
}

function groupToken(epoch: number, type: number = TYPES.MESSAGE): Uint8Array {
  const fernet = new Fernet(Fernet.generateKeyFrom(keyOf(epoch)));
  return fernet.encrypt(encodeTlvs([
    { type: TYPES.SENDER_ID, value: new TextEncoder().encode("127.0.0.1:1") },
    { type, value: PAYLOAD },
  ]));
}

function groupMessage(epoch: number, token = groupToken(epoch)): Uint8Array {
  return concat([groupFramePrefix(epoch), token]);
}

function setUp(): { keys: GroupKeys; sink: FakeSink; inbox: GroupInbox } {
  const keys = new GroupKeys();
  const sink = new FakeSink();
  return { keys, sink, inbox: new GroupInbox(keys, sink, 3) };
}

Deno.test("GroupInbox opens a group message with the key of its epoch", () => {
  const { keys, sink, inbox } = setUp();
  keys.learn({ epoch: 1, key: keyOf(1), address: undefined });
  keys.learn({ epoch: 2, key: keyOf(2), address: undefined });
  for (const epoch of [1, 2, 1]) inbox.read(TYPES.GROUP_MESSAGE, groupMessage(epoch), epoch);
  assertEquals(
    sink.taken,
    [1, 2, 1].map((atMs) => ({ receiver: 3, payload: PAYLOAD, atMs })),
  );
});

Deno.test("GroupInbox puts group fragments together", () => {
  const { keys, sink, inbox } = setUp();
  keys.learn({ epoch: 9, key: keyOf(9), address: undefined });
  for (const datagram of fragmentDatagrams(TYPES.FRAGMENT, 1, groupToken(9), 200)) {
    inbox.read(TYPES.GROUP_FRAGMENT, groupMessage(9, datagram.subarray(4)), 7);
  }
  assertEquals(sink.taken, [{ receiver: 3, payload: PAYLOAD, atMs: 7 }]);
});

Deno.test("GroupInbox holds what comes before its key, with the time at which it came", () => {
  const { keys, sink, inbox } = setUp();
  const value = groupMessage(1);
  inbox.read(TYPES.GROUP_MESSAGE, value, 5);
  value.fill(0);
  keys.learn({ epoch: 2, key: keyOf(2), address: undefined });
  assertEquals(sink.taken, []);
  keys.learn({ epoch: 1, key: keyOf(1), address: undefined });
  keys.learn({ epoch: 1, key: keyOf(1), address: undefined });
  assertEquals(sink.taken, [{ receiver: 3, payload: PAYLOAD, atMs: 5 }]);
});

Deno.test("GroupInbox counts what is forged, cut short or of another key as damaged", () => {
  const { keys, sink, inbox } = setUp();
  keys.learn({ epoch: 1, key: keyOf(1), address: undefined });
  inbox.read(TYPES.GROUP_MESSAGE, groupMessage(1, groupToken(2)), 0);
  inbox.read(TYPES.GROUP_MESSAGE, groupMessage(1).subarray(0, 60), 0);
  inbox.read(TYPES.GROUP_MESSAGE, Uint8Array.of(0, 0), 0);
  assertEquals([sink.damaged, sink.taken], [3, []]);
});

Deno.test("GroupInbox passes over notices, and opens only what the sink wants opened", () => {
  const { keys, sink, inbox } = setUp();
  keys.learn({ epoch: 1, key: keyOf(1), address: undefined });
  const notice = groupMessage(1, groupToken(1, TYPES.NOTIFY_CONNECT));
  inbox.read(TYPES.GROUP_MESSAGE, notice, 0);
  sink.isOpening = false;
  inbox.read(TYPES.GROUP_MESSAGE, groupMessage(1), 0);
  assertEquals([sink.damaged, sink.taken, sink.unopened], [0, [], 1]);
});

Deno.test("GroupKeys knows the latest epoch and the address of the group", () => {
  const keys = new GroupKeys();
  assertEquals([keys.latestEpoch, keys.address], [0, undefined]);
  const address = { hostname: "239.255.77.77", port: 47701 };
  keys.learn({ epoch: 5, key: keyOf(5), address });
  keys.learn({ epoch: 4, key: keyOf(4), address });
  assertEquals([keys.latestEpoch, keys.address], [5, address]);
});

Deno.test("GroupKeys.hold() refuses the 1,025th", () => {
  const keys = new GroupKeys();
  const held = Array.from({ length: 1_025 }, () => keys.hold(1, () => undefined));
  assertEquals([held.filter(Boolean).length, held.at(-1)], [1_024, false]);
});

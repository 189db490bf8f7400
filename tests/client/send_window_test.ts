import { assert, assertEquals } from "@std/assert";
import {
  FIRST_RTO_MS,
  LAST_RTO_MS,
  MAX_TRIES,
  MAX_UNACKNOWLEDGED_BYTES,
  MAX_UNACKNOWLEDGED_MESSAGES,
  SendWindow,
} from "../../src/client/send_window.ts";
import { decodeFirstSent } from "../../src/wire/first_sent.ts";
import { decodeTlvs } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";

const SESSION_ID = "0123456789abcdef";

function window(): SendWindow {
  return new SendWindow(DEFAULT_TLV_TYPES, SESSION_ID);
}

function message(messageId: number, bytes = 10) {
  return { messageId, plaintext: new Uint8Array(bytes) };
}

/** Sends all that is due until `endMs`, and notes `time sequence`, or `time -id` when given up. */
function drive(sends: SendWindow, endMs: number): string[] {
  const noted: string[] = [];
  for (let ms = sends.nextDeadlineMs(); ms <= endMs; ms = sends.nextDeadlineMs()) {
    for (const { messageId } of sends.takeGivenUp(ms)) noted.push(`${ms} -${messageId}`);
    const due = sends.takeDueMessage(ms) ?? sends.takeDueKeepAlive(ms);
    if (due === undefined) continue;
    noted.push(`${ms} ${due.sequence}`);
    sends.left(due.sequence, ms);
  }
  return noted;
}

Deno.test("SendWindow puts the number before the message", () => {
  const sends = window();
  const { sequence, plaintext, isFirst } = sends.add({
    messageId: 7,
    plaintext: Uint8Array.of(1, 1, 0, 1, 42),
  });
  assertEquals([sequence, isFirst], [1n, true]);
  assertEquals(plaintext, Uint8Array.of(1, 0x24, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 42));
});

Deno.test("SendWindow.takeMessages() says under what each got its number, left or not", () => {
  const sends = window();
  for (const id of [1, 2, 3]) sends.add(message(id));
  sends.addKeepAlive();
  sends.left(1n, 0);
  sends.acknowledge(2n, 0);
  const first = { sessionId: SESSION_ID, clientSequence: 1n };
  assertEquals(sends.takeMessages(), [
    { ...message(1), firstSent: first, hasLeft: true },
    { ...message(3), firstSent: { ...first, clientSequence: 3n } },
  ]);
  assertEquals(sends.messages, 0);
});

Deno.test("SendWindow puts FIRST_SENT behind the number in a later session, and passes it on", () => {
  const firstSent = { sessionId: "00000000000000ff", clientSequence: 9n };
  const sends = window();
  const { plaintext } = sends.add({ ...message(1), firstSent });
  const tlvs = decodeTlvs(plaintext.subarray(0, 32));
  assertEquals(tlvs.map(({ type }) => type), [
    DEFAULT_TLV_TYPES.CLIENT_SEQUENCE,
    DEFAULT_TLV_TYPES.FIRST_SENT,
  ]);
  assertEquals(tlvs[1] && decodeFirstSent(tlvs[1].value), firstSent);
  assertEquals(plaintext.subarray(32), message(1).plaintext);
  assertEquals(sends.takeMessages(), [{ ...message(1), firstSent }]);
});

Deno.test("SendWindow has room for 64 messages", () => {
  const sends = window();
  for (let id = 1; id <= MAX_UNACKNOWLEDGED_MESSAGES; id++) {
    assert(sends.hasRoomFor(message(id)));
    sends.add(message(id));
  }
  assertEquals(sends.hasRoomFor(message(0)), false);
  sends.acknowledge(30n, 0);
  assertEquals(sends.hasRoomFor(message(0)), true);
});

Deno.test("SendWindow has room for 256 KiB, or for one message of any length", () => {
  const sends = window();
  assert(sends.hasRoomFor(message(1, 10 * MAX_UNACKNOWLEDGED_BYTES)));
  sends.add(message(1, MAX_UNACKNOWLEDGED_BYTES - 10));
  assertEquals(sends.hasRoomFor(message(2, 10)), true);
  assertEquals(sends.hasRoomFor(message(2, 11)), false);
});

Deno.test("SendWindow gives no KEEP_ALIVE a place, and numbers one when the newest is another thing", () => {
  const sends = window();
  for (let id = 1; id <= MAX_UNACKNOWLEDGED_MESSAGES - 1; id++) sends.add(message(id));
  assertEquals(sends.addKeepAlive().sequence, 64n);
  assertEquals(sends.addKeepAlive().sequence, 64n);
  assert(sends.hasRoomFor(message(0)));
  assertEquals(sends.add(message(64)).sequence, 65n);
  assertEquals(sends.addKeepAlive().sequence, 66n);
  assertEquals(sends.messages, 64);
});

Deno.test("SendWindow times a message from the moment that its last datagram left", () => {
  const sends = window();
  const { sequence } = sends.add(message(1));
  assertEquals(sends.nextDeadlineMs(), Infinity);
  sends.left(sequence, 1_000);
  assertEquals(sends.nextDeadlineMs(), 1_000 + FIRST_RTO_MS);
  assertEquals(sends.takeDueMessage(999 + FIRST_RTO_MS), undefined);
  assertEquals(sends.takeDueMessage(1_000 + FIRST_RTO_MS)?.isFirst, false);
  assertEquals(sends.nextDeadlineMs(), Infinity);
});

Deno.test("SendWindow sends 8 times, and then gives up", () => {
  const sends = window();
  sends.left(sends.add(message(5)).sequence, 0);
  const expected = [250, 750, 1_750, 3_750, 7_750, 15_750, 31_750].map((ms) => `${ms} 1`);
  assertEquals(expected.length, MAX_TRIES - 1);
  assertEquals(drive(sends, 100_000), [...expected, `${31_750 + LAST_RTO_MS} -5`]);
  assertEquals(sends.messages, 0);
});

Deno.test("SendWindow gives up the oldest alone, and lets the next one begin anew", () => {
  const sends = window();
  sends.left(sends.add(message(1)).sequence, 0);
  sends.left(sends.add(message(2)).sequence, 0);
  const noted = drive(sends, 33_750);
  assertEquals(noted.filter((line) => line.endsWith(" 2")).length, MAX_TRIES - 1);
  assertEquals(noted.at(-1), "33750 -1");
  const after = drive(sends, 100_000);
  assertEquals(after.length, MAX_TRIES);
  assertEquals([after[0], after.at(-1)], ["34000 2", "67500 -2"]);
});

Deno.test("SendWindow lets the tries of a message begin anew when those before it are settled", () => {
  const sends = window();
  sends.left(sends.add(message(1)).sequence, 0);
  sends.left(sends.add(message(2)).sequence, 0);
  drive(sends, 4_000);
  sends.acknowledge(1n, 4_000);
  assertEquals(sends.nextDeadlineMs(), 4_250);
  assertEquals(drive(sends, 5_000), ["4250 2", "4750 2"]);
});

Deno.test("SendWindow does not wait longer for what was due anyway", () => {
  const sends = window();
  sends.left(sends.add(message(1)).sequence, 0);
  sends.left(sends.add(message(2)).sequence, 0);
  sends.acknowledge(1n, 240);
  assertEquals(sends.nextDeadlineMs(), 250);
});

Deno.test("SendWindow keeps the array of a message for one more try, and then takes a copy", () => {
  const sends = window();
  const first = sends.add(message(1));
  sends.left(1n, 0);
  const arrays = [first.plaintext];
  for (let ms = sends.nextDeadlineMs(); arrays.length < MAX_TRIES; ms = sends.nextDeadlineMs()) {
    const due = sends.takeDueMessage(ms);
    assert(due !== undefined);
    arrays.push(due.plaintext);
    sends.left(1n, ms);
  }
  const isSame = arrays.slice(1).map((array, index) => array === arrays[index]);
  assertEquals(isSame, [true, false, true, false, true, false, true]);
  for (const array of arrays) assertEquals(array, first.plaintext);
});

Deno.test("SendWindow gives the relay time for fragments that it asked for", () => {
  const sends = window();
  sends.add(message(1));
  sends.leavesAs(1n, 77);
  sends.repaired(77, 10);
  assertEquals(sends.nextDeadlineMs(), Infinity, "it is still on its way out");
  sends.left(1n, 100);
  sends.repaired(78, 300);
  assertEquals(sends.nextDeadlineMs(), 350);
  sends.repaired(77, 300);
  assertEquals(sends.nextDeadlineMs(), 550);
});

Deno.test("SendWindow.takeMessages() gives all in order, and says which had left", () => {
  const sends = window();
  for (let id = 1; id <= 3; id++) sends.add(message(id));
  sends.addKeepAlive();
  sends.left(1n, 0);
  sends.left(3n, 0);
  sends.acknowledge(2n, 0);
  const left = sends.takeMessages().map(({ messageId, hasLeft }) => [messageId, hasLeft ?? false]);
  assertEquals(left, [[1, true], [3, true]]);
  assertEquals(sends.messages, 0);
  assertEquals(sends.nextDeadlineMs(), Infinity);
});

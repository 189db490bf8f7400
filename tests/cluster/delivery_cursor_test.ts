import { assertEquals } from "@std/assert";
import { DeliveryCursor } from "../../src/cluster/delivery_cursor.ts";

function at(streamSequence: number, consumerSequence: number) {
  return { streamSequence: BigInt(streamSequence), consumerSequence, keptUnixMs: 0 };
}

Deno.test("DeliveryCursor.message() follows a stream", () => {
  const cursor = new DeliveryCursor(0n);
  assertEquals(cursor.restart(), 1n);
  assertEquals(cursor.message(at(1, 1)), { delivery: "next", passed: undefined });
  assertEquals(cursor.message(at(2, 2)), { delivery: "next", passed: undefined });
  assertEquals(cursor.newest, 2n);
});

Deno.test("DeliveryCursor.message() tells a hole of the stream from a loss on the way", () => {
  const cursor = new DeliveryCursor(0n);
  cursor.restart();
  assertEquals(cursor.message(at(5, 1)), { delivery: "next", passed: 4n });
  assertEquals(cursor.message(at(7, 3)), { delivery: "gap" });
  assertEquals(cursor.newest, 5n);
});

Deno.test("DeliveryCursor.restart() begins with the last message, which comes again", () => {
  const cursor = new DeliveryCursor(5n);
  assertEquals(cursor.restart(), 5n);
  assertEquals(cursor.message(at(5, 1)), { delivery: "again" });
  assertEquals(cursor.message(at(6, 2)), { delivery: "next", passed: undefined });
});

Deno.test("DeliveryCursor.heartbeat() tells what is missing at the end", () => {
  const cursor = new DeliveryCursor(0n);
  cursor.restart();
  cursor.message(at(1, 1));
  assertEquals(cursor.heartbeat(1, 1n), { quiet: "complete", passed: undefined });
  assertEquals(cursor.heartbeat(1, 4n), { quiet: "complete", passed: 4n });
  assertEquals(cursor.heartbeat(2, 5n), { quiet: "gap" });
  assertEquals(cursor.heartbeat(1, 3n), { quiet: "behind" });
  assertEquals(cursor.newest, 4n);
});

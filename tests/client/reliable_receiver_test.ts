import { assert, assertEquals } from "@std/assert";
import {
  type InOrder,
  MAX_HELD_BYTES,
  RECEIVE_WINDOW,
  ReliableReceiver,
} from "../../src/client/reliable_receiver.ts";
import { SeededRandom } from "../support/seeded_random.ts";

function receiver(base = 0n): ReliableReceiver {
  return new ReliableReceiver(base, () => 0.5);
}

function message(bytes = 1) {
  return { sender: "ben", payload: new Uint8Array(bytes), relaySequence: undefined };
}

/** Messages as `m`, gaps as `first-last`. */
function takeShort(from: ReliableReceiver): string[] {
  const items: string[] = [];
  for (let item = from.take(); item !== undefined; item = from.take()) items.push(shortOf(item));
  return items;
}

function shortOf(item: InOrder): string {
  return item.type === "gap" ? `${item.first}-${item.last}` : "m";
}

Deno.test("ReliableReceiver gives in order what came, once", () => {
  const messages = receiver(10n);
  assertEquals(messages.add(12n, message(), 0), "held");
  assertEquals(messages.take(), undefined);
  assertEquals(messages.add(12n, message(), 0), "duplicate");
  assertEquals(messages.add(11n, message(), 0), "held");
  assertEquals(takeShort(messages), ["m", "m"]);
  assertEquals(messages.add(11n, message(), 0), "duplicate");
  assertEquals(messages.add(10n, message(), 0), "duplicate");
  assertEquals([messages.done, messages.highest], [12n, 12n]);
});

Deno.test("ReliableReceiver passes over own numbers", () => {
  const messages = receiver();
  messages.addOwn(2n, 0);
  messages.add(3n, message(), 0);
  messages.addOwn(1n, 0);
  assert(messages.isReady);
  assertEquals(takeShort(messages), ["m"]);
  assertEquals(messages.isReady, false);
  assertEquals(messages.done, 3n);
});

Deno.test("ReliableReceiver has room for 4,096 numbers, and asks for the next one later", () => {
  const messages = receiver();
  assertEquals(messages.add(BigInt(RECEIVE_WINDOW), message(), 0), "held");
  assertEquals(messages.add(BigInt(RECEIVE_WINDOW) + 1n, message(), 0), "no_room");
  const last = BigInt(RECEIVE_WINDOW) - 1n;
  assertEquals(messages.takeMissing(false, 64, 50), [{ first: 1n, last }]);
  messages.lose({ first: 1n, last }, 60);
  assertEquals(takeShort(messages), [`1-${last}`, "m"]);
  const next = BigInt(RECEIVE_WINDOW) + 1n;
  assertEquals(messages.takeMissing(false, 64, 60), [{ first: next, last: next }]);
});

Deno.test("ReliableReceiver holds 64 MiB ahead of a gap, and always what is next", () => {
  const messages = receiver();
  const large = message(16 * 1024 * 1024 - 128);
  const fates = [2n, 3n, 4n, 5n, 6n].map((sequence) => messages.add(sequence, large, 0));
  assertEquals(fates, ["held", "held", "held", "held", "no_room"]);
  assertEquals(4 * (large.payload.byteLength + 128), MAX_HELD_BYTES);
  assertEquals(messages.takeMissing(false, 64, 50), [{ first: 1n, last: 1n }]);
  assertEquals(messages.add(1n, large, 60), "held");
  assertEquals(messages.add(6n, large, 60), "no_room");
  assertEquals(messages.nextDeadlineMs(false), Infinity, "there is no room for an answer");
  assertEquals(takeShort(messages).length, 5);
  assertEquals(messages.takeMissing(false, 64, 200), [{ first: 6n, last: 6n }]);
  assertEquals(messages.add(6n, large, 200), "held");
});

Deno.test("ReliableReceiver asks for all at once when it holds nothing", () => {
  const messages = receiver(5n);
  messages.raise(1_000_000n, 0);
  assertEquals(messages.takeMissing(false, 64, 50), [{ first: 6n, last: 1_000_000n }]);
  messages.lose({ first: 6n, last: 999_990n }, 60);
  assertEquals(takeShort(messages), ["6-999990"]);
});

Deno.test("ReliableReceiver.takeAll() gives what is there, and names what is not", () => {
  const messages = receiver();
  for (const sequence of [2n, 3n, 7n]) messages.add(sequence, message(), 0);
  messages.raise(9n, 0);
  assertEquals(messages.takeAll(0).map(shortOf), ["1-1", "m", "m", "4-6", "m", "8-9"]);
  assertEquals(messages.takeAll(0), []);
});

Deno.test("ReliableReceiver agrees with a list of what came of each number", () => {
  const random = new SeededRandom(1);
  for (let round = 0; round < 40; round++) {
    const messages = receiver();
    const fates = new Map<number, "m" | "lost" | "own">();
    const given: string[] = [];
    for (let step = 0; step < 300; step++) {
      const number = 1 + random.below(60);
      const sequence = BigInt(number);
      const kind = random.below(4);
      if (kind < 2) {
        const isNew = !fates.has(number);
        assertEquals(messages.add(sequence, message(), step), isNew ? "held" : "duplicate");
        if (isNew) fates.set(number, "m");
      } else if (kind === 2) {
        messages.addOwn(sequence, step);
        if (!fates.has(number)) fates.set(number, "own");
      } else if (sequence <= messages.highest) {
        messages.lose({ first: sequence, last: sequence }, step);
        if (!fates.has(number)) fates.set(number, "lost");
      }
      given.push(...takeShort(messages));
    }
    given.push(...messages.takeAll(300).map(shortOf));
    assertEquals(flatten(given), expectedOf(fates, Number(messages.highest)));
  }
});

/** One `lost` for each number of a gap: where gaps are joined depends on when they are given. */
function flatten(given: readonly string[]): string[] {
  return given.flatMap((item) => {
    const [first = 0, last = 0] = item.split("-").map(Number);
    return item === "m" ? [item] : Array.from({ length: last - first + 1 }, () => "lost");
  });
}

function expectedOf(fates: ReadonlyMap<number, string>, highest: number): string[] {
  const all = Array.from({ length: highest }, (_, index) => fates.get(index + 1) ?? "lost");
  return all.filter((fate) => fate !== "own");
}

Deno.test("ReliableReceiver asks for no more behind a loss that is not yet told", () => {
  const messages = receiver();
  messages.raise(10_000n, 0);
  messages.lose({ first: 1n, last: 9_000n }, 0);
  assertEquals(messages.takeMissing(false, 64, 1_000), [], "LOST so far ahead would not be taken");
  assertEquals(takeShort(messages), ["1-9000"]);
  assertEquals(messages.takeMissing(false, 64, 1_000), [{ first: 9_001n, last: 10_000n }]);
});

Deno.test("ReliableReceiver asks each gap once a second at most, however many there are", () => {
  const messages = receiver();
  for (let number = 2n; number <= RECEIVE_WINDOW; number += 2n) messages.add(number, message(), 0);
  for (let number = 1n; number <= 1_000n; number++) messages.add(2n ** 40n + number, message(), 0);
  assertEquals(messages.size, RECEIVE_WINDOW / 2);
  let asked = 0;
  for (let ms = 0; ms < 10_000; ms++) {
    messages.giveUp(ms);
    asked += messages.takeMissing(false, 64, ms).length;
    assert(messages.nextDeadlineMs(false) > ms || asked > 0);
  }
  const tries = 5 + 9; // within a second, and after it
  assert(asked <= tries * RECEIVE_WINDOW / 2, `${asked} ranges`);
});

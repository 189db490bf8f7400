import { assertEquals } from "@std/assert";
import { Backlog } from "../../src/relay/backlog.ts";
import type { Session } from "../../src/session/session.ts";
import { fakeSession } from "../support/fake_session.ts";

function push(backlog: Backlog, sender: Session, ...sequences: readonly bigint[]): void {
  for (const sequence of sequences) {
    backlog.push({
      sender,
      sequence,
      messageId: "",
      isRepeated: false,
      payload: new Uint8Array(Number(sequence)),
    });
  }
}

Deno.test("Backlog is empty at first", () => {
  const backlog = new Backlog();
  assertEquals([backlog.isEmpty, backlog.bytes, backlog.take()], [true, 0, undefined]);
  assertEquals(backlog.takeOf(fakeSession()), undefined);
});

Deno.test("Backlog.take() lets sessions take turns, and keeps the order of each", () => {
  const backlog = new Backlog();
  const [alice, bob] = [fakeSession({ name: "alice" }), fakeSession({ name: "bob" })];
  push(backlog, alice, 3n, 4n, 5n);
  push(backlog, bob, 1n, 2n);
  const taken = [1, 2, 3, 4, 5].map(() => {
    const message = backlog.take();
    return `${message?.sender.name} ${message?.sequence}`;
  });
  assertEquals(taken, ["alice 3", "bob 1", "alice 4", "bob 2", "alice 5"]);
  assertEquals([backlog.isEmpty, backlog.bytes], [true, 0]);
});

Deno.test("Backlog.takeOf() takes of one session alone", () => {
  const backlog = new Backlog();
  const [alice, bob] = [fakeSession({ name: "alice" }), fakeSession({ name: "bob" })];
  push(backlog, alice, 3n);
  push(backlog, bob, 1n, 2n);
  assertEquals([backlog.holds(bob, 1n), backlog.holds(bob, 3n)], [true, false]);
  assertEquals(backlog.takeOf(bob)?.sequence, 1n);
  assertEquals([backlog.holds(bob, 1n), backlog.has(bob), backlog.bytes], [false, true, 5]);
  assertEquals(backlog.takeOf(bob)?.sequence, 2n);
  assertEquals([backlog.has(bob), backlog.has(alice), backlog.isEmpty], [false, true, false]);
});

Deno.test("Backlog.forget() forgets what waits of one session", () => {
  const backlog = new Backlog();
  const [alice, bob] = [fakeSession({ name: "alice" }), fakeSession({ name: "bob" })];
  push(backlog, alice, 3n, 4n);
  push(backlog, bob, 1n);
  backlog.forget(alice);
  backlog.forget(alice);
  assertEquals([backlog.has(alice), backlog.bytes, backlog.take()?.sender], [false, 1, bob]);
});

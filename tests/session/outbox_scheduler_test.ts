import { assertEquals, assertInstanceOf } from "@std/assert";
import { MAX_QUEUED_MESSAGES } from "../../src/session/outbox.ts";
import {
  MAX_LEAVING_BYTES,
  MAX_RELEASED_DATAGRAMS,
  MAX_SEALED_BYTES,
  MAX_TOTAL_QUEUED_MESSAGES,
  MAX_UNBOUND_BYTES,
  OutboxScheduler,
  type Released,
} from "../../src/session/outbox_scheduler.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { OutboxFixture, OutboxReader } from "../support/outbox_fixture.ts";

const short = Uint8Array.of(1);
const long = new Uint8Array(2_400).fill(7);
const veryLong = new Uint8Array(30_000);

Deno.test("OutboxScheduler.push() gives a short message to an empty outbox at once", () => {
  const { scheduler, clock, peers: [peer] } = begin(2);
  assertInstanceOf(scheduler.push(peer, short, clock.now), Uint8Array);
  assertEquals(scheduler.nextDeadlineMs(), undefined);
});

Deno.test("OutboxScheduler.push() makes a queued message due at once", () => {
  const { scheduler, clock, peers: [peer] } = begin(2);
  assertEquals(scheduler.push(peer, long, clock.now), "queued");
  assertEquals(scheduler.nextDeadlineMs(), clock.now.monotonicMs);
});

Deno.test("OutboxScheduler.release() gives all that waits, in order for each peer", () => {
  const { scheduler, clock, peers } = begin(3);
  const readers = new Map(peers.map((peer) => [peer, new OutboxReader(peer.fernet)]));
  const pushed = peers.map((peer, index) => {
    const messages = [long.map(() => index), Uint8Array.of(index), veryLong.map(() => index)];
    for (const message of messages) scheduler.push(peer, message, clock.now);
    return messages;
  });
  const read = new Map(peers.map((peer) => [peer, Array<Uint8Array>()]));
  for (const { peer, datagram } of drain(scheduler, clock)) {
    const plaintext = readers.get(peer)?.read(datagram);
    if (plaintext !== undefined) read.get(peer)?.push(plaintext);
  }
  assertEquals([...read.values()], pushed);
});

Deno.test("OutboxScheduler.release() lets the peers take turns", () => {
  const { scheduler, clock, peers } = begin(3);
  for (const peer of peers) scheduler.push(peer, long, clock.now);
  const order = scheduler.release(clock.now).map(({ peer }) => peers.indexOf(peer));
  assertEquals(order, [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
});

Deno.test("OutboxScheduler.release() goes on where it stopped", () => {
  const { scheduler, clock, peers } = begin(100);
  for (const peer of peers) scheduler.push(peer, long, clock.now);
  const served = [0, 1, 2].flatMap(() => {
    const released = scheduler.release(clock.now);
    clock.advance(1);
    return released.map(({ peer }) => peers.indexOf(peer));
  });
  assertEquals(served, Array.from({ length: 192 }, (_, index) => index % 100));
});

Deno.test("OutboxScheduler.release() does not let a peer with much wait hold up one with little", () => {
  const { scheduler, clock, peers: [busy, other] } = begin(2);
  for (let count = 0; count < 100; count++) scheduler.push(busy, veryLong, clock.now);
  scheduler.release(clock.now);
  clock.advance(1);
  scheduler.push(other, long, clock.now);
  const released = scheduler.release(clock.now);
  assertEquals(released.filter(({ peer }) => peer === other).length, 6);
});

Deno.test("OutboxScheduler.release() passes over a peer whose pace allows nothing", () => {
  const { scheduler, clock, peers: [busy, other] } = begin(2);
  scheduler.push(busy, veryLong, clock.now);
  assertEquals(scheduler.release(clock.now).length, 32);
  scheduler.push(other, long, clock.now);
  clock.advance(1);
  const released = scheduler.release(clock.now);
  assertEquals(released.filter(({ peer }) => peer === other).length, 6);
  assertEquals(released.filter(({ peer }) => peer === busy).length, 4);
});

Deno.test("OutboxScheduler.release() gives as many datagrams as the bound says, and not one more", () => {
  const { scheduler, clock, peers } = begin(3);
  for (const peer of peers) scheduler.push(peer, veryLong, clock.now);
  assertEquals(scheduler.release(clock.now).length, MAX_RELEASED_DATAGRAMS);
  clock.advance(1);
  assertEquals(scheduler.release(clock.now).length, 3 * 32 - MAX_RELEASED_DATAGRAMS + 3 * 4);
});

Deno.test("OutboxScheduler.release() gives nothing before its deadline", () => {
  const { scheduler, clock, peers: [peer] } = begin(2);
  scheduler.push(peer, veryLong, clock.now);
  scheduler.release(clock.now);
  const dueMs = scheduler.nextDeadlineMs();
  assertEquals(dueMs, clock.now.monotonicMs + 1);
  clock.advance(0.9);
  assertEquals(scheduler.release(clock.now), []);
  assertEquals(scheduler.nextDeadlineMs(), dueMs);
});

Deno.test("OutboxScheduler.nextDeadlineMs() is undefined when all has left", () => {
  const { scheduler, clock, peers } = begin(2);
  for (const peer of peers) scheduler.push(peer, long, clock.now);
  drain(scheduler, clock);
  assertEquals(scheduler.nextDeadlineMs(), undefined);
  assertEquals(scheduler.release(clock.now), []);
});

Deno.test("OutboxScheduler.wake() has repairs sent", () => {
  const { scheduler, clock, peers: [peer] } = begin(2);
  scheduler.push(peer, long, clock.now);
  const sent = drain(scheduler, clock);
  peer.outbox.repair({ messageId: 0, missing: [2] }, clock.now);
  scheduler.wake(peer, clock.now);
  assertEquals(drain(scheduler, clock).map(({ datagram }) => datagram), [sent[2]?.datagram]);
});

Deno.test("OutboxScheduler.remove() forgets what waits for a peer, and no one else", () => {
  const { scheduler, clock, peers: [gone, other] } = begin(2);
  scheduler.push(gone, long, clock.now);
  scheduler.push(other, long, clock.now);
  scheduler.remove(gone);
  assertEquals(drain(scheduler, clock).every(({ peer }) => peer === other), true);
});

Deno.test("OutboxScheduler.remove() of a peer that never waited changes nothing", () => {
  const { scheduler, clock, peers: [peer, stranger] } = begin(2);
  scheduler.push(peer, long, clock.now);
  scheduler.remove(stranger);
  assertEquals(drain(scheduler, clock).length, 6);
});

Deno.test("OutboxScheduler.push() takes as many messages in all as the bound says, and not one more", () => {
  const { scheduler, clock, peers } = full();
  const [peer, stranger] = [peers[0], fixture(clock)];
  assertEquals(scheduler.push(stranger, long, clock.now), "full");
  assertInstanceOf(scheduler.push(stranger, short, clock.now), Uint8Array);
  // A datagram of the first peer makes room for one message, whoever's.
  scheduler.release(clock.now);
  const begun = peers.filter(({ outbox }) => outbox.queuedMessages < MAX_QUEUED_MESSAGES).length;
  for (let count = 0; count < begun; count++) {
    assertEquals(scheduler.push(fixture(clock), long, clock.now), "queued");
  }
  assertEquals(scheduler.push(stranger, long, clock.now), "full");
  assertEquals(peer?.outbox.isEmpty, false);
});

Deno.test("OutboxScheduler.remove() makes room for as many messages as waited for the peer", () => {
  const { scheduler, clock, peers: [first] } = full();
  const stranger = fixture(clock);
  if (first !== undefined) scheduler.remove(first);
  for (let count = 0; count < MAX_QUEUED_MESSAGES; count++) {
    assertEquals(scheduler.push(stranger, long, clock.now), "queued");
  }
  assertEquals(scheduler.push(fixture(clock), long, clock.now), "full");
});

Deno.test("OutboxScheduler.release() seals as many bytes at once as the bound says, and not one more", () => {
  const { scheduler, clock, peers } = begin(5);
  const quarter = new Uint8Array(MAX_SEALED_BYTES / 4);
  for (const peer of peers) scheduler.push(peer, quarter, clock.now);
  assertEquals(peersOf(scheduler.release(clock.now)).size, 4);
  clock.advance(1);
  assertEquals(peersOf(scheduler.release(clock.now)).size, 5);
});

Deno.test("OutboxScheduler.release() seals a message alone that is longer than that bound", () => {
  const { scheduler, clock, peers } = begin(3);
  const message = new Uint8Array(MAX_SEALED_BYTES + 1);
  for (const peer of peers) scheduler.push(peer, message, clock.now);
  const sizes = peers.map(() => {
    const { size } = peersOf(scheduler.release(clock.now));
    clock.advance(1);
    return size;
  });
  assertEquals(sizes, [1, 2, 3]);
});

Deno.test("OutboxScheduler.release() has as many long messages leaving as the bound says, and not one more", () => {
  const { scheduler, clock, peers } = begin(6);
  const quarter = new Uint8Array(MAX_LEAVING_BYTES / 4);
  for (const peer of peers) scheduler.push(peer, quarter, clock.now);
  for (let turn = 0; turn < 6; turn++) {
    scheduler.release(clock.now);
    clock.advance(1);
  }
  assertEquals(scheduler.leavingBytes, MAX_LEAVING_BYTES);
  assertEquals(peers.map(({ outbox }) => outbox.queuedMessages), [0, 0, 0, 0, 1, 1]);
  scheduler.remove(peers[0]);
  scheduler.release(clock.now);
  assertEquals(peers.map(({ outbox }) => outbox.queuedMessages), [0, 0, 0, 0, 0, 1]);
});

Deno.test("OutboxScheduler.release() has short messages leave meanwhile", () => {
  const { scheduler, clock, peers } = begin(4);
  const [big, next, longest, oneMore] = peers;
  scheduler.push(big, new Uint8Array(MAX_LEAVING_BYTES), clock.now);
  scheduler.release(clock.now);
  scheduler.push(next, new Uint8Array(MAX_SEALED_BYTES), clock.now);
  if (longest) scheduler.push(longest, new Uint8Array(MAX_UNBOUND_BYTES), clock.now);
  if (oneMore) scheduler.push(oneMore, new Uint8Array(MAX_UNBOUND_BYTES + 1), clock.now);
  const served = peersOf(scheduler.release(clock.advance(1)));
  assertEquals(peers.map((peer) => served.has(peer)), [true, false, true, false]);
});

Deno.test("OutboxScheduler.release() lets no message pass a longer one that waits for room", () => {
  const { scheduler, clock, peers: [first, giant, late] } = begin(3);
  scheduler.push(first, new Uint8Array(1_000_000), clock.now);
  scheduler.release(clock.now);
  scheduler.push(giant, new Uint8Array(MAX_LEAVING_BYTES + 1), clock.now);
  if (late) scheduler.push(late, new Uint8Array(1_000_000), clock.now);
  const served = new Set<Peer>();
  while (!served.has(giant)) {
    for (const peer of peersOf(scheduler.release(clock.advance(1)))) served.add(peer);
  }
  assertEquals([first.outbox.isEmpty, late !== undefined && served.has(late)], [true, false]);
  assertEquals(scheduler.leavingBytes, MAX_LEAVING_BYTES + 1);
});

Deno.test("OutboxScheduler.leavingBytes and queuedMessages go back to 0", () => {
  const { scheduler, clock, peers } = begin(4);
  for (const peer of peers) {
    for (const message of [veryLong, short, long]) scheduler.push(peer, message, clock.now);
  }
  assertEquals([scheduler.queuedMessages, scheduler.leavingBytes], [12, 0]);
  scheduler.release(clock.now);
  assertEquals([scheduler.queuedMessages, scheduler.leavingBytes], [8, 4 * veryLong.byteLength]);
  scheduler.remove(peers[0]);
  assertEquals([scheduler.queuedMessages, scheduler.leavingBytes], [6, 3 * veryLong.byteLength]);
  drain(scheduler, clock);
  assertEquals([scheduler.queuedMessages, scheduler.leavingBytes], [0, 0]);
});

type Peer = OutboxFixture;

function peersOf(released: readonly Released<Peer>[]): Set<Peer> {
  return new Set(released.map(({ peer }) => peer));
}

/** A scheduler and at least two peers, since tests take them apart by name. */
function begin(count: number): {
  scheduler: OutboxScheduler<Peer>;
  clock: FakeClock;
  peers: [Peer, Peer, ...Peer[]];
} {
  const clock = new FakeClock();
  const others = Array.from({ length: count - 2 }, () => fixture(clock));
  return {
    scheduler: new OutboxScheduler(),
    clock,
    peers: [fixture(clock), fixture(clock), ...others],
  };
}

function full(): { scheduler: OutboxScheduler<Peer>; clock: FakeClock; peers: Peer[] } {
  const clock = new FakeClock();
  const scheduler = new OutboxScheduler<Peer>();
  const count = MAX_TOTAL_QUEUED_MESSAGES / MAX_QUEUED_MESSAGES;
  const peers = Array.from({ length: count }, () => fixture(clock));
  for (const peer of peers) {
    for (let index = 0; index < MAX_QUEUED_MESSAGES; index++) scheduler.push(peer, long, clock.now);
  }
  return { scheduler, clock, peers };
}

function fixture(clock: FakeClock): Peer {
  return new OutboxFixture({ clock });
}

function drain(scheduler: OutboxScheduler<Peer>, clock: FakeClock) {
  const released = scheduler.release(clock.now);
  while (scheduler.nextDeadlineMs() !== undefined) {
    clock.advance(1);
    released.push(...scheduler.release(clock.now));
  }
  return released;
}

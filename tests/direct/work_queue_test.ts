import { assertEquals } from "@std/assert";
import type { Opening } from "../../src/direct/opening.ts";
import type { Peer } from "../../src/direct/peer.ts";
import {
  CLIENT_WORK_LIMITS,
  STRANGER_TURN,
  STRANGER_WORK_LIMITS,
  type WorkLimits,
  WorkQueue,
} from "../../src/direct/work_queue.ts";
import {
  clientPeer,
  clientStanding,
  directPool,
  openingOf,
  strangerPeer,
} from "../support/direct_peers.ts";

const KIBIBYTE = 1024;

/** Takes and finishes until nothing is left. Returns the ports, in the order of their turns. */
function turns(queue: WorkQueue, most = 1_000): number[] {
  const ports: number[] = [];
  for (let turn = 0; turn < most; turn++) {
    const opening = queue.take();
    if (opening === undefined) break;
    ports.push(opening.peer.endpoint.port);
    queue.finish(opening);
  }
  return ports;
}

function pushAll(queue: WorkQueue, peer: Peer, count: number): Opening[] {
  const openings = Array.from({ length: count }, (_, number) => openingOf(peer, { number }));
  for (const opening of openings) queue.push(opening);
  return openings;
}

Deno.test("WorkQueue.take() gives the bodies of an address in order", () => {
  const queue = new WorkQueue();
  const openings = pushAll(queue, clientPeer(1), 5);
  for (const opening of openings) {
    assertEquals(queue.take() === opening, true);
    assertEquals(queue.take(), undefined, "one at a time");
    queue.finish(opening);
  }
  assertEquals([queue.size, queue.bytes, queue.take()], [0, 0, undefined]);
});

Deno.test("WorkQueue.take() lets addresses take turns, however much each has waiting", () => {
  const queue = new WorkQueue();
  pushAll(queue, clientPeer(1), 5);
  pushAll(queue, clientPeer(2), 2);
  pushAll(queue, clientPeer(3), 1);
  assertEquals(turns(queue), [1, 2, 3, 1, 2, 1, 1, 1]);
});

Deno.test("WorkQueue.take() lets addresses take turns block by block", () => {
  const queue = new WorkQueue();
  const [long, short] = [openingOf(clientPeer(1)), openingOf(clientPeer(2))];
  queue.push(long);
  queue.push(short);
  const ports: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const opening = queue.take();
    ports.push(opening?.peer.endpoint.port ?? 0);
    if (opening === long && turn < 4) queue.goOn(long);
    else if (opening !== undefined) queue.finish(opening);
  }
  assertEquals(ports, [1, 2, 1, 1, 1]);
  assertEquals(queue.take(), undefined);
});

Deno.test("WorkQueue.take() gives what others have while one is busy", () => {
  const queue = new WorkQueue();
  const [first, second] = [clientPeer(1), clientPeer(2)];
  pushAll(queue, first, 2);
  pushAll(queue, second, 1);
  assertEquals([queue.take()?.peer === first, queue.take()?.peer === second], [true, true]);
  assertEquals(queue.take(), undefined);
});

Deno.test("WorkQueue.take() gives one turn in 4 to a stranger first, the others to clients", () => {
  const queue = new WorkQueue();
  for (let port = 1; port <= 10; port++) pushAll(queue, strangerPeer(port), 1);
  pushAll(queue, clientPeer(77), 6);
  pushAll(queue, clientPeer(78), 6);
  assertEquals(STRANGER_TURN, 4);
  assertEquals(turns(queue, 16), [77, 78, 77, 1, 78, 77, 78, 2, 77, 78, 77, 3, 78, 77, 78, 4]);
});

Deno.test("WorkQueue.take() gives all turns to strangers when no client has anything", () => {
  const queue = new WorkQueue();
  for (let port = 1; port <= 10; port++) pushAll(queue, strangerPeer(port), 1);
  assertEquals(turns(queue), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

Deno.test("WorkQueue.take() gives a turn of strangers to a client when they have nothing", () => {
  const queue = new WorkQueue();
  pushAll(queue, clientPeer(1), 10);
  assertEquals(turns(queue).length, 10);
});

type Bounding = { name: string; make: (port: number) => Peer; limits: WorkLimits };
const classes: Bounding[] = [
  { name: "client", make: clientPeer, limits: CLIENT_WORK_LIMITS },
  { name: "stranger", make: strangerPeer, limits: STRANGER_WORK_LIMITS },
];
for (const { name, make, limits } of classes) {
  const { peerItems, peerBytes, totalItems, totalBytes } = limits;

  Deno.test(`WorkQueue.push() takes ${peerItems} bodies of a ${name}, and not one more`, () => {
    const queue = new WorkQueue();
    const peer = make(1);
    pushAll(queue, peer, peerItems);
    assertEquals([queue.size, queue.hasRoomFor(peer, 1)], [peerItems, false]);
    assertEquals(queue.push(openingOf(peer)), false);
    assertEquals(queue.push(openingOf(make(2))), true);
    turns(queue, 1);
    assertEquals(queue.push(openingOf(peer)), true);
  });

  Deno.test(`WorkQueue.push() takes ${peerBytes} bytes of a ${name}, and not one more`, () => {
    const queue = new WorkQueue();
    const peer = make(1);
    const first = openingOf(peer, { bytes: peerBytes - 1_000 });
    queue.push(first);
    assertEquals([queue.hasRoomFor(peer, 1_001), queue.hasRoomFor(peer, 1_000)], [false, true]);
    assertEquals(queue.push(openingOf(peer, { bytes: 1_001 })), false);
    assertEquals(queue.push(openingOf(peer, { bytes: 1_000 })), true);
    assertEquals([queue.bytes, queue.size], [peerBytes, 2]);
    queue.take();
    assertEquals(queue.push(openingOf(peer)), false, "what is under way counts");
    queue.finish(first);
    assertEquals(queue.bytes, 1_000);
  });

  Deno.test(`WorkQueue.push() takes a body of a ${name} that is longer than every bound, alone`, () => {
    const queue = new WorkQueue();
    const long = openingOf(make(1), { bytes: totalBytes + 1 });
    queue.push(openingOf(make(2)));
    assertEquals(queue.push(long), false);
    turns(queue);
    assertEquals(queue.push(long), true);
    assertEquals([queue.hasRoomFor(long.peer, 1), queue.hasRoomFor(make(2), 1)], [false, false]);
    turns(queue);
    assertEquals([queue.bytes, queue.hasRoomFor(make(2), 1)], [0, true]);
  });

  Deno.test(`WorkQueue.push() takes ${totalItems} bodies of all ${name}s, and not one more`, () => {
    const queue = new WorkQueue();
    for (let port = 1; queue.size < totalItems; port++) pushAll(queue, make(port), 32);
    const late = make(9_999);
    assertEquals([queue.push(openingOf(late)), queue.has(late)], [false, false]);
    const [other] = classes.filter((it) => it.name !== name);
    assertEquals(queue.push(openingOf(other?.make(7) ?? late)), true, "the others have room");
  });

  Deno.test(`WorkQueue.push() takes ${totalBytes} bytes of all ${name}s, and not one more`, () => {
    const queue = new WorkQueue();
    const bytes = 512 * KIBIBYTE;
    for (let port = 1; queue.bytes < totalBytes; port++) {
      queue.push(openingOf(make(port), { bytes: bytes }));
    }
    assertEquals(queue.push(openingOf(make(9_999), { bytes: 4 })), false);
    turns(queue, 1);
    assertEquals(queue.push(openingOf(make(9_999), { bytes: bytes })), true);
  });
}

Deno.test("WorkQueue.holds() tells of bodies that wait or are under way", () => {
  const queue = new WorkQueue();
  const [peer, other] = [clientPeer(1), clientPeer(2)];
  const opening = openingOf(peer);
  const { bodyDigest } = opening;
  queue.push(opening);
  assertEquals([queue.holds(peer, bodyDigest), queue.holds(other, bodyDigest)], [true, false]);
  queue.take();
  assertEquals(queue.holds(peer, bodyDigest), true);
  queue.finish(opening);
  assertEquals([queue.holds(peer, bodyDigest), queue.has(peer)], [false, false]);
});

Deno.test("WorkQueue.hold() keeps a lane from having turns until unhold()", () => {
  const queue = new WorkQueue();
  const [held, other] = [strangerPeer(1), strangerPeer(2)];
  queue.hold(held);
  pushAll(queue, held, 2);
  pushAll(queue, other, 1);
  assertEquals(turns(queue), [2]);
  queue.unhold(held);
  assertEquals(turns(queue), [1, 1]);
});

Deno.test("WorkQueue.hold() lets what is under way end, and nothing begin", () => {
  const queue = new WorkQueue();
  const peer = clientPeer(1);
  const [first, second] = pushAll(queue, peer, 2);
  queue.take();
  queue.hold(peer);
  if (first !== undefined) queue.goOn(first);
  assertEquals(queue.take(), undefined, "not even its next block");
  queue.unhold(peer);
  assertEquals(queue.take() === first, true);
  queue.hold(peer);
  if (first !== undefined) queue.finish(first);
  assertEquals(queue.take(), undefined);
  queue.unhold(peer);
  assertEquals(queue.take() === second, true);
});

Deno.test("WorkQueue.unhold() leaves nothing behind of who has nothing waiting", () => {
  const queue = new WorkQueue();
  const peer = strangerPeer(1);
  queue.unhold(peer);
  queue.hold(peer);
  assertEquals(queue.has(peer), true);
  queue.unhold(peer);
  assertEquals([queue.has(peer), queue.take()], [false, undefined]);
});

Deno.test("WorkQueue.forget() forgets what waits, and what is under way ends unnoticed", () => {
  const queue = new WorkQueue();
  const peer = clientPeer(1);
  const [first] = pushAll(queue, peer, 3);
  queue.take();
  assertEquals([queue.forget(peer), queue.forget(peer)], [2, 0]);
  assertEquals([queue.size, queue.bytes, queue.has(peer)], [0, 0, false]);
  pushAll(queue, peer, 1);
  if (first !== undefined) {
    queue.goOn(first);
    queue.finish(first);
  }
  assertEquals([queue.size, queue.bytes], [1, 4]);
  assertEquals(turns(queue), [1]);
});

Deno.test("WorkQueue.rankAnew() moves a lane to the other class, with all that it counts", () => {
  const queue = new WorkQueue();
  const [newcomer, stranger] = [strangerPeer(1), strangerPeer(2)];
  pushAll(queue, stranger, 1);
  pushAll(queue, newcomer, STRANGER_WORK_LIMITS.peerItems);
  newcomer.becomeClient(clientStanding(), directPool());
  queue.rankAnew(newcomer);
  queue.rankAnew(newcomer);
  assertEquals(queue.push(openingOf(newcomer)), true, "a client may have more");
  assertEquals(turns(queue, 5), [1, 1, 1, 2, 1]);
  turns(queue);
  assertEquals([queue.size, queue.bytes], [0, 0]);
});

Deno.test("WorkQueue.rankAnew() moves what is under way too", () => {
  const queue = new WorkQueue();
  const peer = strangerPeer(1);
  const [first] = pushAll(queue, peer, 2);
  queue.take();
  peer.becomeClient(clientStanding(), directPool());
  queue.rankAnew(peer);
  assertEquals([queue.size, queue.bytes, queue.take()], [1, 8, undefined]);
  if (first !== undefined) queue.finish(first);
  assertEquals([turns(queue), queue.bytes], [[1], 0]);
});

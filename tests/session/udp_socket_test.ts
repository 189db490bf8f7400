import { assertEquals, assertLess, assertRejects, assertThrows, fail } from "@std/assert";
import type { Endpoint } from "../../src/session/endpoint.ts";
import {
  MAX_TURN_MS,
  MAX_WAITING_SENDS,
  UdpSocket,
  UdpSocketError,
} from "../../src/session/udp_socket.ts";

const LOOPBACK: Endpoint = { hostname: "127.0.0.1", port: 0 };

const neverFails = (error: unknown) => fail(String(error));

/** Receives until so many datagrams have come. */
async function receiveSome(socket: UdpSocket, count: number): Promise<Uint8Array[]> {
  const datagrams: Uint8Array[] = [];
  const done = Promise.withResolvers<void>();
  const receiving = socket.receive((datagram) => {
    datagrams.push(datagram.slice());
    if (datagrams.length === count) done.resolve();
  });
  await Promise.race([done.promise, receiving]);
  return datagrams;
}

Deno.test("UdpSocket carries datagrams whole and in order, up to the longest", async () => {
  await using receiver = UdpSocket.open(LOOPBACK);
  await using sender = UdpSocket.open(LOOPBACK);
  const sizes = [0, 1, 1_200, 65_507];
  for (const [index, size] of sizes.entries()) {
    sender.send(new Uint8Array(size).fill(index), receiver.local, neverFails);
  }
  const received = await receiveSome(receiver, sizes.length);
  assertEquals(received.map(({ byteLength }) => byteLength), sizes);
  assertEquals(received[3]?.every((byte) => byte === 3), true);
});

Deno.test("UdpSocket.send() tells when the system refuses a datagram", async () => {
  await using sender = UdpSocket.open(LOOPBACK);
  const errors: unknown[] = [];
  sender.send(new Uint8Array(65_508), sender.local, (error) => errors.push(error));
  await sender.flush();
  assertEquals(errors.length, 1);
});

Deno.test("UdpSocket.open() refuses a port in use and an address of another machine", async () => {
  await using taken = UdpSocket.open(LOOPBACK);
  assertThrows(() => UdpSocket.open(taken.local), UdpSocketError, "the port is in use");
  const foreign = { hostname: "192.0.2.250", port: 0 };
  assertThrows(() => UdpSocket.open(foreign), UdpSocketError, "192.0.2.250:0");
});

Deno.test("UdpSocket.joinGroup() hears the group, and refuses an interface that is not there", async () => {
  await using receiver = UdpSocket.open({ hostname: "0.0.0.0", port: 0 });
  await receiver.joinGroup("239.255.77.77", "127.0.0.1");
  await using sender = UdpSocket.open(LOOPBACK);
  const { port } = receiver.local;
  sender.send(Uint8Array.of(7), { hostname: "239.255.77.77", port }, neverFails);
  assertEquals(await receiveSome(receiver, 1), [Uint8Array.of(7)]);
  await assertRejects(() => receiver.joinGroup("239.255.77.78", "192.0.2.250"), UdpSocketError);
});

Deno.test("UdpSocket ends what receives when it is disposed of, twice is safe", async () => {
  const socket = UdpSocket.open(LOOPBACK);
  const receiving = socket.receive(() => fail("nobody sent anything"));
  await socket[Symbol.asyncDispose]();
  await receiving;
  await socket[Symbol.asyncDispose]();
  socket.send(Uint8Array.of(1), { hostname: "127.0.0.1", port: 1 }, neverFails);
});

Deno.test("UdpSocket.receive() ends with what its handler throws", async () => {
  await using receiver = UdpSocket.open(LOOPBACK);
  await using sender = UdpSocket.open(LOOPBACK);
  const receiving = receiver.receive(() => {
    throw new RangeError("a fault");
  });
  const rejected = assertRejects(() => receiving, RangeError, "a fault");
  sender.send(Uint8Array.of(1), receiver.local, neverFails);
  await rejected;
});

Deno.test("UdpSocket.receive() lets timers run though there are always more datagrams", async () => {
  await using receiver = UdpSocket.open(LOOPBACK);
  await using sender = UdpSocket.open(LOOPBACK);
  const waiting = 60;
  for (let sent = 0; sent < waiting; sent++) {
    sender.send(Uint8Array.of(sent), receiver.local, neverFails);
  }
  await sender.flush();
  const order: number[] = [];
  const all = Promise.withResolvers<void>();
  const timer = Promise.withResolvers<number>();
  receiver.receive(([number]) => {
    if (order.length === 0) setTimeout(() => timer.resolve(order.length), 0);
    order.push(number ?? NaN);
    work(MAX_TURN_MS / 4);
    if (order.length === waiting) all.resolve();
  });
  await all.promise;
  assertEquals(order, Array.from({ length: waiting }, (_, index) => index));
  assertLess(await timer.promise, waiting / 2);
});

/** Keeps the process busy, as opening a long message does. */
function work(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

Deno.test("UdpSocket.send() keeps the order of many sends that nobody awaits", async () => {
  await using receiver = UdpSocket.open(LOOPBACK);
  await using sender = UdpSocket.open(LOOPBACK);
  // Fewer than a socket's buffer holds, so that none is lost.
  for (let index = 0; index < 50; index++) {
    sender.send(Uint8Array.of(index), receiver.local, neverFails);
  }
  const received = await receiveSome(receiver, 50);
  assertEquals(received.map(([index]) => index), Array.from({ length: 50 }, (_, index) => index));
});

Deno.test("UdpSocket.send() refuses what is past its bound, and sends the rest", async () => {
  await using sender = UdpSocket.open(LOOPBACK);
  const to = sender.local;
  let refused = 0;
  // The first one is on its way at once, so it does not wait.
  for (let count = 0; count < MAX_WAITING_SENDS + 3; count++) {
    sender.send(new Uint8Array(), to, () => refused++);
  }
  assertEquals(refused, 2);
  await sender.flush();
  assertEquals(refused, 2);
});

Deno.test("UdpSocket.renewGroup() joins a group only where the socket is no member", async () => {
  await using socket = UdpSocket.open(LOOPBACK);
  const group = ["239.255.77.90", "127.0.0.1"] as const;
  await socket.joinGroup(...group);
  assertEquals([await socket.renewGroup(...group), await socket.renewGroup(...group)], [
    false,
    false,
  ]);
  const other = ["239.255.77.91", "127.0.0.1"] as const;
  assertEquals([await socket.renewGroup(...other), await socket.renewGroup(...other)], [
    true,
    false,
  ]);
  await assertRejects(() => socket.renewGroup("239.255.77.92", "192.0.2.1"), UdpSocketError);
});

Deno.test("UdpSocket.renewGroup() joins on where the socket may have no more memberships", async () => {
  // Each as good as one of the same group whose interface is gone: the system counts them all.
  const groups = Array.from({ length: 50 }, (_, index) => `239.255.78.${index}`);
  const last = "239.255.78.49";
  await using socket = UdpSocket.open({ hostname: last, port: 0 });
  for (const group of groups) {
    assertEquals(await socket.renewGroup(group, "127.0.0.1"), true, group);
    assertEquals(await socket.renewGroup(group, "127.0.0.1"), false, group);
  }
  await using sender = UdpSocket.open(LOOPBACK);
  sender.send(Uint8Array.of(7), socket.local, neverFails);
  assertEquals(await receiveSome(socket, 1), [Uint8Array.of(7)]);
});

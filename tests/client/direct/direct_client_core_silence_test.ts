import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isKeyRequest } from "../../../src/wire/direct_frame.ts";
import { CLIENT, DirectWorld, SERVER } from "../../support/direct_client_world.ts";
import { assertSameBytes } from "../../support/same_bytes.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

/** Six parts. */
const LONG = new SeededRandom(98).bytes(1_300_000);

Deno.test("DirectClientCore fails all sends when the server is silent for the time-out", () => {
  const world = DirectWorld.connected({ timeoutMs: 10_000 });
  world.network.detach(SERVER);
  for (let count = 0; count < 6; count++) world.send("hello");
  world.run(9_999);
  assertEquals(world.toldOf("all_sends_failed"), []);
  world.run(1);
  assertEquals(world.toldOf("all_sends_failed").length, 1);
  assertEquals(world.failure().code, "SERVER_SILENT");
  assertEquals(world.failure().message, "Cannot reach server 10.0.0.1:47710: no answer for 10 s");
  assertEquals(world.core.nextDeadlineMs(), undefined, "nothing is left to do");
});

Deno.test("DirectClientCore can send again after the server was silent", () => {
  const world = DirectWorld.connected();
  world.network.detach(SERVER);
  world.send("lost");
  world.run(10_000);
  assertEquals(world.toldOf("all_sends_failed").length, 1);
  world.startPeer(world.peer.key);
  const messageId = world.send("found");
  world.run(0);
  assertEquals(world.delivered, [messageId]);
  assertEquals(world.peer.came.clientKeys, 1, "its key went ahead of the message");
});

Deno.test("DirectClientCore counts the silence from the last answer on", () => {
  const world = DirectWorld.connected();
  world.send(LONG.subarray(0, 500_000));
  world.run(50);
  world.network.loses = () => true;
  world.run(4_000);
  world.giveSealed(`${idOfFirst(world)}: NACK 1`);
  world.run(9_999);
  assertEquals(world.toldOf("all_sends_failed"), []);
  world.run(1);
  assertEquals(world.toldOf("all_sends_failed").length, 1);
});

Deno.test("DirectClientCore does not wait for ever for a server that asks again and again", () => {
  const world = DirectWorld.connected();
  world.send(LONG.subarray(0, 5_000));
  world.network.loses = () => true;
  for (let count = 0; count < 20; count++) {
    world.run(720);
    world.giveSealed(`${idOfFirst(world)}: NACK 1`);
  }
  assertEquals(world.toldOf("all_sends_failed").length, 1);
});

Deno.test("DirectClientCore does not wait for ever for a server that asks again under each id", () => {
  const world = DirectWorld.connected();
  world.send(LONG.subarray(0, 5_000));
  world.network.loses = () => true;
  const nacks = new Map<number, number>();
  for (let count = 0; count < 200; count++) {
    world.run(300);
    const messageId = idOfLast(world);
    const before = nacks.get(messageId) ?? 0;
    nacks.set(messageId, before + 1);
    if (before < 5) world.giveSealed(`${messageId}: NACK 1`);
  }
  assertEquals(world.toldOf("all_sends_failed").length, 1);
});

Deno.test("DirectClientCore waits for RSA longer: 50 ms for each block of plain messages", () => {
  const world = DirectWorld.connected({ form: "plain", timeoutMs: 2_000 });
  world.network.detach(SERVER);
  world.send(LONG.subarray(0, 446 * 20));
  world.run(2_999);
  assertEquals(world.toldOf("all_sends_failed"), []);
  world.run(1);
  assertEquals(world.failure().message, "Cannot reach server 10.0.0.1:47710: no answer for 3 s");
});

Deno.test("DirectClientCore fails when the server was started anew within a message", () => {
  const world = DirectWorld.connected();
  world.send(LONG);
  world.run(120);
  assert(world.peer.parts.length >= 2, "some parts were acknowledged");
  world.startPeer(world.peer.key);
  world.run(9_000);
  assertEquals(world.toldOf("all_sends_failed"), []);
  world.run(20_000);
  assertEquals(world.failure().code, "SERVER_SILENT");
  assertEquals([world.delivered, world.peer.messages], [[], []]);
});

Deno.test("DirectClientCore sends the whole message when it is sent again after that", () => {
  const world = DirectWorld.connected();
  world.send(LONG);
  world.run(120);
  world.startPeer(world.peer.key);
  world.run(29_000);
  const messageId = world.send(LONG);
  world.run(5_000);
  assertEquals(world.delivered, [messageId]);
  assertSameBytes(world.peer.messages[0]?.payload, LONG);
});

Deno.test("DirectClientCore gives one message up alone while the server answers to others", () => {
  const world = DirectWorld.connected();
  world.network.loses = ({ datagram, to }) => to === SERVER && datagram.byteLength > 1_100;
  const lost = world.send("x".repeat(400));
  for (let count = 0; count < 20; count++) {
    world.send("hello");
    world.run(600);
  }
  assertEquals(world.toldOf("send_failed").map(({ messageId }) => messageId), [lost]);
  assertEquals(world.toldOf("send_failed")[0]?.error.code, "SERVER_SILENT");
  assertEquals(world.toldOf("all_sends_failed"), []);
  assertEquals(world.delivered.length, 20);
});

Deno.test("DirectClientCore tells that the server does not know its key", () => {
  const world = new DirectWorld({ form: "plain" });
  world.peer.refuses.clientKeys = true;
  world.run(0);
  world.send("hello");
  world.run(10_050);
  const { code, message } = world.failure();
  assertEquals(code, "SERVER_SILENT");
  assertStringIncludes(message, "answered in plain text: it does not know this client's key");
});

Deno.test("DirectClientCore tells that the server has another key now", () => {
  const world = DirectWorld.connected();
  const peer = world.startPeer(world.newKey(512));
  world.send("hello");
  world.run(10_000);
  assertEquals(peer.came.keyRequests, 3);
  assertStringIncludes(
    world.failure().message,
    `its key is another one now, ${peer.key.fingerprint}`,
  );
});

Deno.test("DirectClientCore asks for the server's key from the third time-out on", () => {
  const world = DirectWorld.connected({ timeoutMs: 20_000 });
  world.peer.refuses.acks = true;
  const startMs = world.clock.now.monotonicMs;
  world.send("hello");
  world.run(16_000);
  const requests = world.sent.filter(({ datagram, sentMs }) =>
    sentMs >= startMs && isKeyRequest(datagram)
  );
  assertEquals(requests.map(({ sentMs }) => sentMs - startMs), [
    5_000,
    7_000,
    9_000,
    11_000,
    13_000,
    15_000,
  ]);
});

Deno.test("DirectClientCore forgets what explained a silence when the server answers", () => {
  const world = DirectWorld.connected();
  world.send("hello");
  world.give(new TextEncoder().encode("ACK"));
  world.run(0);
  world.network.detach(SERVER);
  world.send("again");
  world.run(10_000);
  assertEquals(world.failure().message, "Cannot reach server 10.0.0.1:47710: no answer for 10 s");
});

Deno.test("DirectClientCore forgets a message that it gave up while it was being signed", () => {
  const world = DirectWorld.connected({ isSigning: true });
  world.send("first");
  world.run(0);
  world.peer.refuses.acks = true;
  world.send("second");
  world.holdsJobs = true;
  world.send("third");
  const [job] = world.jobs.splice(0);
  assert(job !== undefined);
  world.holdsJobs = false;
  world.run(10_000);
  assertEquals(world.toldOf("all_sends_failed").length, 1);
  const { length } = world.sent;
  world.doJob(job);
  world.run(1_000);
  assertEquals(world.sent.length, length);
});

/** Id of the first fragment that the client sent. */
function idOfFirst(world: DirectWorld): number {
  return idOf(world.sent.find(isLongFragment)?.datagram);
}

function idOfLast(world: DirectWorld): number {
  return idOf(world.sent.findLast(isLongFragment)?.datagram);
}

function isLongFragment({ datagram, from }: DirectWorld["sent"][number]): boolean {
  return from === CLIENT && datagram.byteLength === 1_200;
}

function idOf(datagram: Uint8Array = new Uint8Array(4)): number {
  return new DataView(datagram.buffer, datagram.byteOffset).getUint32(0);
}

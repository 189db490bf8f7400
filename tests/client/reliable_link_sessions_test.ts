import { assert, assertEquals } from "@std/assert";
import { SHUTDOWN_REASON } from "../../src/session/shutdown_reason.ts";
import { ClientWorld } from "../support/client_world.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { meetReliably, numberedTexts, numbersAt, textsAt } from "../support/reliable_world.ts";
import { assertSameMessages } from "../support/same_bytes.ts";
import { packetsWith } from "../support/sent_names.ts";

/** When datagrams with fragments or tokens were sent to the relay, from a moment on. */
function sentToRelay(world: ClientWorld, fromMs: number): number[] {
  return packetsWith(world.network.sent, "SYMMETRICALLY_ENCRYPTED_MESSAGE", "10.0.0.1:47700")
    .map(({ sentMs }) => sentMs - fromMs).filter((ms) => ms >= 0);
}

Deno.test("ReliableLink probes after 1 s of silence, each second, and gives up after 15", () => {
  const { world, client } = meetReliably();
  const fromMs = world.clock.now.monotonicMs - 100;
  world.unplug();
  world.run(950 + 14_899);
  assertEquals(client.heard(), []);
  assertEquals(
    sentToRelay(world, fromMs).slice(1),
    Array.from({ length: 15 }, (_, index) => 950 + 1_000 * index),
  );
  world.run(1);
  assertEquals(client.heard(), ["reconnecting: silence"]);
});

Deno.test("ReliableLink sends in the next session what was not acknowledged, in order", () => {
  const { world, relay, client } = meetReliably();
  relay.delivery.answers.ack = false;
  for (const text of numberedTexts(3)) client.send(text);
  world.run(10);
  client.flush();
  relay.crash();
  const next = world.relay({ generation: 2, history: relay.history });
  client.send("3");
  world.run(10_000);
  assertEquals(textsAt(next), numberedTexts(4));
  assertEquals(numbersAt(next), [1n, 2n, 3n, 4n]);
  assertEquals(client.heard(), [
    "left 1",
    "left 2",
    "left 3",
    "left 4",
    "reconnecting: silence",
    "registered again",
    "flushed",
  ]);
});

Deno.test("ReliableLink begins a message anew in the next session that had left in part", () => {
  const { world, relay, client, session } = meetReliably();
  const payload = world.random.bytes(300_000);
  client.send(payload);
  client.flush();
  world.run(20);
  relay.sendSealed(session, namedTlv("DISCONNECT", SHUTDOWN_REASON));
  relay.crash();
  world.run(10_000);
  assertSameMessages(relay.messages.map((message) => message.payload), [payload]);
  assertEquals(client.heard(), [
    "reconnecting: shutdown",
    "registered again",
    "left 1",
    "flushed",
  ]);
});

Deno.test("ReliableLink says when the relay does not grant reliable delivery, and goes on", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  relay.admission.grantsReliable = false;
  const client = world.client({ name: "ada", reliable: true });
  world.run(100);
  assertEquals(client.heard(), ["registered", "unreliable"]);
  client.send("hello");
  relay.say("ben", "hello");
  client.flush();
  world.run(30_000);
  assertEquals(client.heard(), ["left 1", "message ben: hello", "flushed"]);
  assertEquals(numbersAt(relay), [1n], "of a KEEP_ALIVE that shows the SESSION_ID");
});

Deno.test("ReliableLink is not disturbed by an acceptance that comes once more", () => {
  const { world, relay, client, session } = meetReliably();
  relay.say("ben", "one");
  client.send("mine");
  world.run(10);
  const accepted = packetsWith(world.network.sent, "SYMMETRICALLY_ENCRYPTED_MESSAGE")
    .find(({ to }) => to.port === client.endpoint.port);
  assert(accepted !== undefined);
  const registration = packetsWith(world.network.sent, "ENCRYPTED_SYMMETRIC_KEY").at(-1);
  assert(registration !== undefined);
  world.forge(accepted.datagram, accepted.from, client.endpoint);
  world.forge(registration.datagram, client.endpoint, registration.to);
  world.run(10);
  relay.say("ben", "two");
  client.send("mine too");
  client.flush();
  world.run(3_000);
  assertEquals(client.heard(), [
    "left 1",
    "message ben: one",
    "left 2",
    "message ben: two",
    "flushed",
  ]);
  assertEquals(relay.session("ada"), session);
  assertEquals(numbersAt(relay), [1n, 2n]);
});

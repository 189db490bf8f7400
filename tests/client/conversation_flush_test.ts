import { assertEquals } from "@std/assert";
import { REPAIR_LINGER_MS } from "../../src/client/message_sender.ts";
import { keepAlivesAt } from "../support/client_group_meeting.ts";
import { meetPlainly } from "../support/client_plain_meeting.ts";

Deno.test("Conversation confirms a flush after the message has left", () => {
  const { world, client } = meetPlainly();
  world.network.conditions = { minDelayMs: 10 };
  client.send("hello");
  client.flush();
  world.run(19);
  assertEquals(client.heard(), ["left 1"]);
  world.run(1);
  assertEquals(client.heard(), ["flushed"]);
});

Deno.test("Conversation leaves time for repairs before it confirms a long message", () => {
  const { world, relay, client } = meetPlainly();
  client.send(world.random.bytes(3_000));
  client.flush();
  world.run(REPAIR_LINGER_MS - 1);
  assertEquals(client.heard(), ["left 1"]);
  assertEquals(keepAlivesAt(relay), 0);
  world.run(1);
  assertEquals(client.heard(), ["flushed"]);
});

Deno.test("Conversation repeats the KEEP_ALIVE that confirms a flush", () => {
  const { world, relay, client } = meetPlainly();
  relay.answers.keepAlive = false;
  client.flush();
  world.run(2_500);
  relay.answers.keepAlive = true;
  world.run(500);
  assertEquals(client.heard(), ["flushed"]);
  assertEquals(keepAlivesAt(relay), 4);
});

Deno.test("Conversation fails a flush when the relay does not answer", () => {
  const { world, relay, client } = meetPlainly();
  relay.answers.keepAlive = false;
  client.flush();
  world.run(3_999);
  assertEquals(client.heard(), []);
  world.run(1);
  assertEquals(client.heard(), ["flush_failed RELAY_LOST"]);
});

Deno.test("Conversation fails a flush when the relay forgot the client", () => {
  const { world, relay, client } = meetPlainly();
  relay.crash();
  client.send("hello");
  client.flush();
  world.run(2_000);
  assertEquals(client.heard(), [
    "left 1",
    "reconnecting: silence",
    "flush_failed RELAY_LOST",
    "registered again",
  ]);
});

import { assert, assertEquals } from "@std/assert";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { keepAlivesAt } from "../support/client_group_meeting.ts";
import { meetPlainly } from "../support/client_plain_meeting.ts";
import { RELAY } from "../support/client_world.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { packetsWith } from "../support/sent_names.ts";

const UNKNOWN_SESSION = encodeTlvs([namedTlv("UNKNOWN_SESSION")]);

Deno.test("Conversation sends KEEP_ALIVE after each silence, and stays registered", () => {
  const { world, relay, client } = meetPlainly({ keepAliveSeconds: 20 });
  const beganMs = world.clock.now.monotonicMs - 100;
  world.run(60_000);
  const sent = packetsWith(world.network.sent, "SYMMETRICALLY_ENCRYPTED_MESSAGE", "10.0.0.1:47700")
    .map(({ sentMs }) => sentMs - beganMs);
  assertEquals(sent, [0, 19_000, 38_000, 57_000]); // 20 s less half of a tenth
  assertEquals(keepAlivesAt(relay), 3);
  assertEquals(client.heard(), []);
});

Deno.test("Conversation counts from what it sent or heard last", () => {
  const { world, relay, client, session } = meetPlainly({ keepAliveSeconds: 20 });
  for (let second = 0; second < 60; second++) {
    client.send("tick");
    relay.sendSealed(session, ...relay.relayed("ben", "tock"));
    world.run(1_000);
  }
  assertEquals(keepAlivesAt(relay), 0);
});

Deno.test("Conversation asks for a sign of life though it sends all the time itself", () => {
  const { world, relay, client } = meetPlainly({ keepAliveSeconds: 20 });
  for (let second = 0; second < 60; second++) {
    client.send("tick");
    world.run(1_000);
  }
  assertEquals(keepAlivesAt(relay), 3);
});

Deno.test("Conversation gives the relay up after 3 KEEP_ALIVEs, 1 s each", () => {
  const { world, client } = meetPlainly({ keepAliveSeconds: 20 });
  world.unplug();
  world.run(19_000 - 100 + 2_999);
  assertEquals(client.core.state, "probing");
  assertEquals(client.heard(), []);
  world.run(1);
  assertEquals(client.heard(), ["reconnecting: silence"]);
});

Deno.test("Conversation is content with any authentic token for a sign of life", () => {
  const { world, relay, client, session } = meetPlainly({ keepAliveSeconds: 20 });
  relay.answers.keepAlive = false;
  world.run(19_500);
  assertEquals(client.core.state, "probing");
  relay.sendSealed(session, namedTlv("SERVER_NOTICE", "still here"));
  world.run(10_000);
  assertEquals(client.heard(), ["notice still here"]);
  assertEquals(client.core.state, "registered");
});

Deno.test("Conversation does not take a replayed token for a sign of life", () => {
  const { world, relay, client, session } = meetPlainly({ keepAliveSeconds: 20 });
  const [old] = relay.sendSealed(session, namedTlv("SERVER_NOTICE", "still here"));
  world.run(10);
  assert(old !== undefined);
  world.unplug();
  for (let second = 0; second < 30; second++) {
    world.forge(old, RELAY, client.endpoint);
    world.run(1_000);
  }
  assertEquals(client.heard(), ["notice still here", "reconnecting: silence"]);
});

Deno.test("Conversation takes its own tokens, sent back, for no sign of life", () => {
  const { world, client } = meetPlainly({ keepAliveSeconds: 20 });
  world.unplug();
  client.send("hello");
  world.run(19_500);
  const own = packetsWith(world.network.sent, "SYMMETRICALLY_ENCRYPTED_MESSAGE").slice(-2);
  assertEquals(own.length, 2, "a message and a KEEP_ALIVE");
  for (const { datagram } of own) world.forge(datagram, RELAY, client.endpoint);
  world.run(5_000);
  assertEquals(client.core.drops.of("replayed"), 2);
  assert(client.heard().some((event) => event.startsWith("reconnecting")), "noticed the silence");
});

Deno.test("Conversation answers a forged UNKNOWN_SESSION with one KEEP_ALIVE and goes on", () => {
  const { world, relay, client } = meetPlainly();
  for (let copy = 0; copy < 100; copy++) world.forge(UNKNOWN_SESSION, RELAY, client.endpoint);
  world.run(999);
  for (let copy = 0; copy < 100; copy++) world.forge(UNKNOWN_SESSION, RELAY, client.endpoint);
  world.run(0);
  assertEquals(keepAlivesAt(relay), 1);
  world.run(1);
  world.forge(UNKNOWN_SESSION, RELAY, client.endpoint);
  world.run(5_000);
  assertEquals(keepAlivesAt(relay), 2);
  assertEquals(client.heard(), []);
  assertEquals(client.core.state, "registered");
});

Deno.test("Conversation ignores UNKNOWN_SESSION from elsewhere", () => {
  const { world, relay, client } = meetPlainly();
  world.forge(UNKNOWN_SESSION, { hostname: "10.6.6.6", port: 1 }, client.endpoint);
  world.run(5_000);
  assertEquals(keepAlivesAt(relay), 0);
  assertEquals(client.core.state, "registered");
});

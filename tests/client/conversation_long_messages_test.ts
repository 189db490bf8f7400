import { assert, assertEquals } from "@std/assert";
import { meetPlainly } from "../support/client_plain_meeting.ts";
import { ClientWorld, RELAY, type WorldClient } from "../support/client_world.ts";
import { namesOf, packetsWith } from "../support/sent_names.ts";

Deno.test("Conversation sends a long message in fragments, and reports how far it is", () => {
  const { world, relay, client } = meetPlainly();
  const payload = world.random.bytes(100_000);
  client.send(payload);
  world.run(200);
  assertEquals(relay.messages[0]?.payload, payload);
  assertEquals(client.heard(), ["left 1"]);
  const { progress } = client;
  const total = packetsWith(world.network.sent, "FRAGMENT").length;
  assertEquals(progress.map(({ sentDatagrams }) => sentDatagrams), [
    ...Array.from({ length: total }, (_, index) => index + 1),
  ]);
  assert(progress.every(({ totalDatagrams }) => totalDatagrams === total));
});

Deno.test("Conversation paces fragments: 32 at once, then 4,000 a second", () => {
  const { world, client } = meetPlainly();
  client.send(world.random.bytes(100_000));
  world.run(0);
  assertEquals(packetsWith(world.network.sent, "FRAGMENT").length, 32);
  world.run(10);
  assertEquals(packetsWith(world.network.sent, "FRAGMENT").length, 32 + 40);
});

Deno.test("Conversation sends fragments again that the relay asks for", () => {
  const { world, relay, client } = meetPlainly();
  let count = 0;
  world.network.loses = (packet) => namesOf(packet) === "FRAGMENT" && ++count % 10 === 0;
  const payload = world.random.bytes(50_000);
  client.send(payload);
  world.run(2_000);
  assertEquals(relay.messages[0]?.payload, payload);
});

Deno.test("Conversation asks for fragments that it misses", () => {
  const { world, relay, client, session } = meetPlainly();
  let count = 0;
  world.network.loses = (packet) => namesOf(packet) === "FRAGMENT" && ++count % 10 === 0;
  const payload = world.random.bytes(50_000);
  relay.sendSealed(session, ...relay.relayed("ben", payload));
  world.run(2_000);
  const [message] = client.told();
  assert(message?.type === "message");
  assertEquals(message.payload, payload);
});

Deno.test("Conversation asks at most 5 times, then drops and counts the message", () => {
  const { world, relay, client, session } = meetPlainly();
  const [first] = relay.seal(session, relay.relayed("ben", world.random.bytes(5_000)));
  assert(first !== undefined);
  world.network.loses = ({ to }) => to.port === RELAY.port; // no request gets through
  world.forge(first, RELAY, client.endpoint);
  world.run(9_999);
  assertEquals(client.core.drops.of("fragment_timeout"), 0);
  world.run(1);
  assertEquals(client.core.drops.of("fragment_timeout"), 1);
  const nacks = packetsWith(
    world.network.sent,
    "SYMMETRICALLY_ENCRYPTED_MESSAGE",
    "10.0.0.1:47700",
  );
  assertEquals(nacks.length, 1 + 5); // the registration is one of them
});

Deno.test("Conversation drops a message that is longer than allowed", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  const client = world.registered({ name: "ada", maxMessageBytes: 10_000 });
  relay.sendSealed(relay.session("ada"), ...relay.relayed("ben", world.random.bytes(20_000)));
  world.run(1_000);
  assertEquals(client.heard(), []);
  assertEquals(client.core.drops.of("too_large"), 1);
});

/** Two clients, one relay, and a network that loses, repeats, delays and reorders. */
function talkInStorm(seed: number): { sent: string[]; heard: string[] } {
  const world = new ClientWorld(seed);
  world.relay();
  const ada = world.registered({ name: "ada" });
  const ben = world.registered({ name: "ben" });
  world.network.conditions = { loss: 0.1, duplication: 0.1, minDelayMs: 5, maxDelayMs: 40 };
  const sent: string[] = [];
  for (let number = 0; number < 20; number++) {
    const text = `${number} `.repeat(5_000);
    ada.send(text);
    sent.push(text.slice(0, 10));
    world.run(500);
  }
  world.run(10_000);
  return { sent, heard: messagesOf(ben) };
}

function messagesOf(client: WorldClient): string[] {
  return client.told().flatMap((event) =>
    event.type === "message" ? [new TextDecoder().decode(event.payload).slice(0, 10)] : []
  );
}

// One run in a hundred is so unlucky that a message is lost: nothing is sent again for ever.
for (const seed of [2, 3, 4, 5, 6]) {
  Deno.test(`Conversation brings long messages through a bad network once each, seed ${seed}`, () => {
    const { sent, heard } = talkInStorm(seed);
    assertEquals(heard.toSorted(), sent.toSorted());
  });
}

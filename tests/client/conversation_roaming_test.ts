import { assert, assertEquals } from "@std/assert";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { RELAY } from "../support/client_world.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { meetReliably, numberedTexts, numbersAt, textsAt } from "../support/reliable_world.ts";
import { namesOf } from "../support/sent_names.ts";
import { meetPlainly } from "../support/client_plain_meeting.ts";

const UNKNOWN_SESSION = encodeTlvs([namedTlv("UNKNOWN_SESSION")]);
const SHOWING = "SESSION_ID+SYMMETRICALLY_ENCRYPTED_MESSAGE";

Deno.test("Conversation goes on at another address, found by what it sends", () => {
  const { world, relay, client } = meetPlainly();
  world.rebind(client);
  client.send("lost");
  world.run(10);
  client.send("heard");
  relay.say("ben", "welcome back");
  world.run(10);
  assertEquals(client.heard(), ["left 1", "left 2", "message ben: welcome back"]);
  assertEquals(textsAt(relay), ["heard"]);
  assertEquals(relay.session("ada").endpoint, client.endpoint);
  assertEquals(numbersAt(relay), [1n]);
});

Deno.test("Conversation goes on at another address, found by its keep-alive", () => {
  const { world, relay, client } = meetPlainly();
  world.rebind(client);
  world.run(60_000);
  assertEquals(client.heard(), []);
  assertEquals(relay.session("ada").endpoint, client.endpoint);
});

Deno.test("Conversation numbers each KEEP_ALIVE that shows the SESSION_ID", () => {
  const { world, relay, client } = meetPlainly();
  for (let move = 0; move < 3; move++) {
    world.rebind(client);
    client.send("lost");
    world.run(2_000);
  }
  assertEquals(numbersAt(relay), [1n, 2n, 3n]);
  assertEquals(client.core.state, "registered");
});

Deno.test("Conversation registers again when the relay knows its session no more", () => {
  const { world, relay, client } = meetPlainly();
  relay.crash();
  world.rebind(client);
  client.send("lost");
  world.run(2_000);
  assertEquals(client.heard(), ["left 1", "reconnecting: silence", "registered again"]);
});

Deno.test("ReliableLink goes on at another address, and loses nothing by it", () => {
  const { world, relay, client } = meetReliably();
  const ben = world.registered({ name: "ben", reliable: true });
  world.run(10);
  client.heard();
  for (const text of numberedTexts(3)) client.send(text);
  world.run(10);
  world.rebind(client);
  ben.send("while away");
  client.send("3");
  client.flush();
  world.run(3_000);
  assertEquals(client.heard(), [
    "left 1",
    "left 2",
    "left 3",
    "left 4",
    "message ben: while away",
    "flushed",
  ]);
  assertEquals(textsAt(relay), ["0", "1", "2", "while away", "3"]);
  assertEquals(relay.sessions.size, 2);
  assertEquals(relay.session("ada").endpoint, client.endpoint);
});

Deno.test("ReliableLink goes on at another address when it only listens", () => {
  const { world, relay, client } = meetReliably();
  world.rebind(client);
  relay.say("ben", "anyone there?");
  world.run(2_000);
  assertEquals(client.heard(), ["message ben: anyone there?"]);
});

Deno.test("ReliableLink sends its numbered KEEP_ALIVE again until it is acknowledged", () => {
  const { world, relay, client, session } = meetReliably();
  relay.delivery.answers.ack = false;
  world.forge(UNKNOWN_SESSION, RELAY, client.endpoint);
  world.run(2_000);
  assertEquals(numbersAt(relay), [1n, 1n, 1n, 1n]);
  relay.delivery.answers.ack = true;
  world.run(60_000);
  assertEquals(numbersAt(relay), [1n, 1n, 1n, 1n, 1n]);
  assertEquals(session.taken.get(1n), 0n);
  assertEquals(client.heard(), []);
});

Deno.test("ReliableLink shows the SESSION_ID for UNKNOWN_SESSION alone", () => {
  const { world, client } = meetReliably();
  client.send("hello");
  world.run(10_000);
  assertEquals(world.network.sent.filter((packet) => namesOf(packet) === SHOWING), []);
  world.forge(UNKNOWN_SESSION, RELAY, client.endpoint);
  world.run(0);
  const [packet, ...others] = world.network.sent.filter((packet) => namesOf(packet) === SHOWING);
  assert(packet !== undefined && others.length === 0);
});

Deno.test("ReliableLink asks the relay once a second at most for forged UNKNOWN_SESSION", () => {
  const { world, relay, client } = meetReliably();
  for (let ms = 0; ms < 3_000; ms += 10) {
    world.forge(UNKNOWN_SESSION, RELAY, client.endpoint);
    world.run(10);
  }
  const numbers = numbersAt(relay);
  assert(numbers.length <= 4, `${numbers.length} KEEP_ALIVEs`);
  assertEquals(client.heard(), []);
});

Deno.test("ReliableLink takes a new number when it moves again with one unacknowledged", () => {
  const { world, relay, client } = meetReliably();
  world.network.loses = ({ from }) => from.port === client.endpoint.port;
  world.forge(UNKNOWN_SESSION, RELAY, client.endpoint);
  world.run(0);
  world.network.loses = () => false;
  client.send("of a higher number");
  world.run(0);
  assertEquals(relay.session("ada").highest, 2n);
  world.rebind(client);
  client.send("from elsewhere");
  client.flush();
  world.run(5_000);
  assertEquals(relay.session("ada").endpoint, client.endpoint);
  assert(client.heard().includes("flushed"));
  assertEquals(new Set(textsAt(relay)), new Set(["of a higher number", "from elsewhere"]));
  assertEquals(relay.messages.length, 2);
});

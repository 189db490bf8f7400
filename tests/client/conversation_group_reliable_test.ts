import { assert, assertEquals } from "@std/assert";
import { RECEIVE_WINDOW } from "../../src/client/reliable_receiver.ts";
import { namedTlv } from "../support/named_tlv.ts";
import type { Tlv } from "../../src/wire/tlv.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { type GroupWay, keepAlivesAt, meetInGroup } from "../support/client_group_meeting.ts";
import { nacksAt, numberedTexts, textsTold } from "../support/reliable_world.ts";

const WAYS: readonly GroupWay[] = ["unicast", "multicast"];

function meetReliably(way: GroupWay) {
  return meetInGroup(way, { reliable: true });
}

for (const way of WAYS) {
  Deno.test(`Conversation by ${way} asks for what the group lost, and gets it one by one`, () => {
    const { world, relay, client } = meetReliably(way);
    let sent = 0;
    world.network.loses = ({ to }) =>
      (to.hostname === "10.0.9.9" || to.port === client.endpoint.port) &&
      [1, 2, 4].includes(sent++);
    for (const text of numberedTexts(6)) relay.sayInGroup("ben", text);
    world.run(45);
    assertEquals(textsTold(client), ["0"]);
    world.run(10);
    assertEquals(textsTold(client), ["1", "2", "3", "4", "5"]);
    assertEquals(nacksAt(relay), ["2-3,5-5"]);
  });

  Deno.test(`Conversation by ${way} hands a message over once that comes both ways`, () => {
    const { world, relay, client, session } = meetReliably(way);
    const tlvs = relay.relayed("ben", "hello");
    relay.sendSealed(session, ...tlvs);
    relay.group.tell(undefined, ...tlvs);
    relay.sendSealed(session, ...tlvs);
    world.run(0);
    assertEquals(textsTold(client), ["hello"]);
    assertEquals(client.core.drops.toObject(), { duplicate: 2 });
  });

  Deno.test(`Conversation by ${way} counts its own messages as come, by ACK or by their id`, () => {
    const { world, relay, client } = meetReliably(way);
    relay.delivery.answers.ack = false;
    client.send("mine");
    world.run(0);
    relay.group.tell(undefined, ...relay.relayed("ada", "mine too, of an earlier session"));
    relay.sayInGroup("ben", "yours");
    world.run(100);
    // By unicast the relay spares the sender a copy, so that the first one is asked for.
    assertEquals(textsTold(client), way === "multicast" ? ["yours"] : []);
    relay.delivery.answers.ack = true;
    world.run(2_000);
    assertEquals(textsTold(client), way === "multicast" ? [] : ["yours"]);
    assertEquals(nacksAt(relay).length > 0, way === "unicast");
  });
}

Deno.test("Conversation puts group messages in the order of their numbers", () => {
  const { world, relay, client } = meetReliably("multicast");
  const datagrams = numberedTexts(20).flatMap((text) => relay.group.seal(relay.relayed("b", text)));
  for (const datagram of world.random.shuffle(datagrams)) relay.group.send(datagram);
  world.run(0);
  assertEquals(textsTold(client), numberedTexts(20));
});

Deno.test("Conversation learns by KEEP_ALIVE_REPLY that the group's last message was lost", () => {
  const { world, relay, client } = meetReliably("multicast");
  relay.sayInGroup("ben", "first");
  world.run(0);
  world.network.loses = ({ to }) => to.hostname === "10.0.9.9";
  relay.sayInGroup("ben", "last");
  world.run(1_100);
  assertEquals(textsTold(client), ["first", "last"]);
});

Deno.test("Conversation keeps numbered messages that overtake the acceptance, own ones not", () => {
  const { world, relay } = meetReliably("unicast");
  relay.answers.acceptance = false;
  const late = world.client({ name: "late", reliable: true, groupDelivery: true });
  world.run(100);
  assertEquals(late.core.state, "registering");
  relay.sayInGroup("ben", "one");
  relay.sayInGroup("late", "of an earlier session");
  relay.sayInGroup("ben", "two");
  world.run(0);
  relay.answers.acceptance = true;
  world.run(3_000);
  assertEquals(late.heard(), ["registered", "message ben: one", "message ben: two"]);
});

Deno.test("Conversation believes no number of a member that is far ahead", () => {
  const { world, relay, client } = meetReliably("unicast");
  for (const number of [BigInt(RECEIVE_WINDOW) + 1n, 1n << 60n]) {
    for (const sender of ["ben", "ada"]) {
      relay.group.tell(
        undefined,
        namedTlv("SENDER_ID", sender),
        namedTlv("RELAY_SEQUENCE", encodeU64(number)),
        namedTlv("MESSAGE", "forged"),
      );
    }
  }
  world.run(2_000);
  assertEquals(nacksAt(relay), []);
  assert(keepAlivesAt(relay) >= 1, "the relay is asked where it stands");
  for (const text of numberedTexts(10)) relay.sayInGroup("ben", text);
  world.run(120_000);
  assertEquals(textsTold(client), numberedTexts(10));
  assertEquals(client.core.drops.toObject(), { no_room: 4 });
});

Deno.test("Conversation gets what was too far ahead once its reader goes on", () => {
  const { world, relay, client } = meetReliably("multicast");
  client.pause();
  const texts = numberedTexts(RECEIVE_WINDOW + 200);
  for (const [index, text] of texts.entries()) {
    relay.sayInGroup("ben", text);
    if (index % 50 === 0) world.run(1);
  }
  world.run(1_000);
  assertEquals(client.core.drops.of("no_room"), 200);
  client.resume();
  world.run(3_000);
  assertEquals(textsTold(client), texts);
});

Deno.test("Conversation goes on without a gap when it gives group delivery up", () => {
  const { world, relay, client } = meetReliably("multicast");
  for (const text of numberedTexts(5)) relay.sayInGroup("ben", text);
  world.run(10);
  client.failGroup("no such device");
  for (const text of ["5", "6"]) relay.sayInGroup("ben", text);
  world.run(1_000);
  for (const session of relay.sessions.values()) {
    relay.sendSealed(session, ...relay.relayed("ben", "7"));
  }
  world.run(3_000);
  assertEquals(client.heard(), [
    ...numberedTexts(5).map((text) => `message ben: ${text}`),
    "group_unavailable",
    "leave_group",
    "registered again",
    ...["5", "6", "7"].map((text) => `message ben: ${text}`),
  ]);
});

Deno.test("Conversation without reliable delivery hands over what comes, and no copy of its own", () => {
  const { world, relay, client } = meetInGroup("multicast", { reliable: true });
  relay.admission.grantsReliable = false;
  client.close();
  const plain = world.client({ name: "ada", reliable: true, groupDelivery: true });
  world.run(100);
  relay.sayInGroup("ben", "hello");
  relay.sayInGroup("ada", "own");
  world.run(0);
  assertEquals(plain.heard(), [
    "registered",
    "unreliable",
    "join group 239.1.2.3:47701",
    "message ben: hello",
  ]);
});

Deno.test("Conversation keeps asking a relay of which it only hears the group", () => {
  const { world, relay, client } = meetReliably("multicast");
  const before = keepAlivesAt(relay);
  for (let tenth = 0; tenth < 200; tenth++) {
    relay.sayInGroup("ben", `${tenth}`);
    world.run(100);
  }
  const asked = keepAlivesAt(relay) - before;
  assert(asked >= 4 && asked <= 5, `${asked} in 20 s: silence is put off, not for ever`);
  assertEquals(textsTold(client).length, 200);
});

/** What a member can say: any number, and any sender. */
function forged(number: bigint): Tlv[] {
  return [
    namedTlv("SENDER_ID", "mallory"),
    namedTlv("RELAY_SEQUENCE", encodeU64(number)),
    namedTlv("MESSAGE", "forged"),
  ];
}

Deno.test("Conversation gives nothing up because a member named a number ahead of all", () => {
  const { world, relay, client } = meetReliably("multicast");
  relay.group.tell(undefined, ...forged(BigInt(RECEIVE_WINDOW)));
  const texts = numberedTexts(30);
  for (const text of texts) {
    relay.sayInGroup("ben", text);
    world.run(10_000);
  }
  assertEquals(client.heard(), texts.map((text) => `message ben: ${text}`));
  assert(nacksAt(relay).length <= 3 * 2, `${nacksAt(relay).length} NACKs`);
});

Deno.test("Conversation gets what is lost behind a number that a member made up", () => {
  const { world, relay, client } = meetReliably("multicast");
  relay.group.tell(undefined, ...forged(1_000n));
  world.run(5_000);
  let sent = 0;
  world.network.loses = ({ to }) => to.hostname === "10.0.9.9" && sent++ % 2 === 0;
  const texts = numberedTexts(40);
  for (const text of texts) {
    relay.sayInGroup("ben", text);
    world.run(100);
  }
  world.run(10_000);
  assertEquals(textsTold(client), texts);
});

Deno.test("Conversation asks for nothing of long ago because a member named it early", () => {
  const { world, relay } = meetReliably("unicast");
  for (const text of numberedTexts(1_000)) relay.relayed("ben", text);
  relay.answers.acceptance = false;
  const late = world.client({ name: "late", reliable: true, groupDelivery: true });
  world.run(100);
  relay.group.tell(undefined, ...forged(5n));
  relay.sayInGroup("ben", "early");
  world.run(0);
  relay.answers.acceptance = true;
  world.run(3_000);
  assertEquals(late.heard(), ["registered", "message ben: early"]);
});

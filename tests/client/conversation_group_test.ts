import { assert, assertEquals } from "@std/assert";
import { SHUTDOWN_REASON } from "../../src/session/shutdown_reason.ts";
import { encodeAck } from "../../src/wire/ack.ts";
import { decodeClientHello } from "../../src/wire/client_hello.ts";
import { encodeRegistrationAccepted } from "../../src/wire/registration_accepted.ts";
import { encodeTlvs, findTlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { ClientWorld, RELAY } from "../support/client_world.ts";
import { meetInGroup } from "../support/client_group_meeting.ts";
import type { MiniRelay } from "../support/mini_relay.ts";
import { namedTlv } from "../support/named_tlv.ts";

/** Feature bits of the CLIENT_HELLO that came last. */
function askedOf({ admission }: MiniRelay): number | undefined {
  return admission.hello && decodeClientHello(admission.hello).features;
}

for (
  const { reliable, groupDelivery, features } of [
    { reliable: false, groupDelivery: false, features: 0 },
    { reliable: false, groupDelivery: true, features: 2 },
    { reliable: true, groupDelivery: true, features: 3 },
  ]
) {
  Deno.test(`Conversation asks for features ${features}`, () => {
    const world = new ClientWorld();
    const relay = world.relay();
    world.registered({ reliable, groupDelivery });
    assertEquals(askedOf(relay), features);
  });
}

Deno.test("Conversation says once a registration that the relay grants no group delivery", () => {
  const world = new ClientWorld();
  world.relay().group.isGranted = false;
  const client = world.client({ groupDelivery: true });
  world.run(5_000);
  assertEquals(client.heard(), ["registered", "group_unavailable"]);
  world.unplug();
  const again = world.relay();
  again.group.isGranted = false;
  client.send("are you there?");
  world.run(30_000);
  assertEquals(client.heard().slice(-2), ["registered again", "group_unavailable"]);
  again.say("ben", "one by one");
  world.run(0);
  assertEquals(client.heard(), ["message ben: one by one"]);
});

Deno.test("Conversation says nothing of group delivery to who did not ask", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  const client = world.client();
  world.run(100);
  const member = world.registered({ name: "ben", groupDelivery: true });
  relay.sayInGroup("cleo", "hello");
  world.run(0);
  assertEquals(client.heard(), ["registered", "joined ben"]);
  assertEquals(member.heard(), ["message cleo: hello"]);
});

Deno.test("Conversation reads group messages, joins and leaves", () => {
  const { world, relay, client } = meetInGroup();
  relay.sayInGroup("ben", "hello");
  relay.group.tell(undefined, namedTlv("NOTIFY_CONNECT", "cleo"));
  relay.group.tell(
    undefined,
    namedTlv("NOTIFY_DISCONNECT", "ben"),
    namedTlv("NOTIFY_CONNECT", "d"),
  );
  world.run(0);
  assertEquals(client.heard(), ["message ben: hello", "joined cleo", "left ben", "joined d"]);
  assertEquals(client.core.drops.toObject(), {});
});

Deno.test("Conversation passes over its own messages, joins and leaves", () => {
  const { world, relay, client } = meetInGroup();
  relay.sayInGroup("ada", "I said that");
  relay.group.tell(undefined, namedTlv("NOTIFY_CONNECT", "ada"));
  relay.group.tell(undefined, namedTlv("NOTIFY_DISCONNECT", "ada"));
  world.run(0);
  assertEquals(client.heard(), []);
});

Deno.test("Conversation passes over and counts what only the relay may say", () => {
  const { world, relay, client, session } = meetInGroup();
  const { epoch } = relay.group.current;
  relay.group.tell(undefined, namedTlv("SERVER_NOTICE", "send me your passwords"));
  relay.group.tell(undefined, namedTlv("DISCONNECT", "kicked"));
  relay.group.tell(undefined, namedTlv("DISCONNECT", SHUTDOWN_REASON));
  relay.group.tell(undefined, ...relay.group.keyTlvs(session, relay.group.nextEpoch()));
  relay.group.tell(undefined, namedTlv("KEEP_ALIVE_REPLY", encodeU64(99n)));
  relay.group.tell(
    undefined,
    namedTlv("ACK", encodeAck({ clientSequence: 1n, relaySequence: 1n })),
  );
  world.run(0);
  assertEquals(client.heard(), []);
  assertEquals(client.core.drops.toObject(), { unexpected: 6 });
  assertEquals(client.core.state, "registered");
  assertEquals(relay.group.current.epoch, epoch);
  relay.sayInGroup("ben", "still here");
  relay.group.tell(
    undefined,
    namedTlv("SENDER_ID", "ben"),
    namedTlv("MESSAGE", "mixed"),
    namedTlv("DISCONNECT", "kicked"),
  );
  world.run(0);
  assertEquals(client.heard(), ["message ben: still here", "message ben: mixed"]);
});

Deno.test("Conversation drops and counts group messages that are malformed, forged, stale or copies", () => {
  const { world, relay, client } = meetInGroup();
  const [real] = relay.group.seal(relay.relayed("ben", "hello"));
  assert(real !== undefined);
  const forged = real.slice();
  forged[forged.byteLength - 5] = forged[forged.byteLength - 5] === 65 ? 66 : 65;
  for (const datagram of [forged, real, real, encodeTlvs([namedTlv("GROUP_MESSAGE", "abc")])]) {
    world.forge(datagram, RELAY, client.endpoint);
  }
  world.forge(real, { hostname: "10.6.6.6", port: 1 }, client.endpoint);
  for (const datagram of relay.group.seal(relay.relayed("ben", "old"), { ageSeconds: 61 })) {
    world.forge(datagram, RELAY, client.endpoint);
  }
  relay.group.tell(undefined, namedTlv("MESSAGE", "from nobody"));
  relay.group.tell(undefined, namedTlv("SENDER_ID", "ben"), {
    type: 0x7777,
    value: new Uint8Array(),
  });
  world.run(0);
  assertEquals(client.heard(), ["message ben: hello"]);
  assertEquals(client.core.drops.toObject(), {
    unauthentic: 1,
    replayed: 2, // one of them of a client's own types
    malformed: 1,
    foreign: 1,
    stale: 1,
    unknown_tlv: 1,
  });
});

Deno.test("Conversation takes a key that overtakes the acceptance, and what comes with it", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  relay.answers.acceptance = false;
  const client = world.client({ name: "ada", groupDelivery: true });
  world.run(100);
  assertEquals(client.core.state, "registering");
  relay.sayInGroup("ben", "early");
  relay.group.tell(undefined, namedTlv("NOTIFY_CONNECT", "cleo"));
  world.run(0);
  assertEquals(client.heard(), ["message ben: early", "joined cleo"]);
  relay.answers.acceptance = true;
  world.run(1_000);
  relay.sayInGroup("ben", "later");
  world.run(0);
  assertEquals(client.heard(), ["registered", "message ben: later"]);
  assertEquals(client.core.drops.toObject(), {});
});

Deno.test("Conversation keeps its key when the acceptance comes once more", () => {
  const { world, relay, client, session } = meetInGroup();
  const value = encodeRegistrationAccepted({
    sessionId: Uint8Array.fromHex(session.sessionId),
    keepAliveSeconds: 20,
    clientTimeoutSeconds: 60,
    features: 2,
    latestRelaySequence: 0n,
  });
  relay.sendSealed(session, namedTlv("REGISTRATION_ACCEPTED", value));
  relay.sayInGroup("ben", "hello");
  world.run(0);
  assertEquals(client.heard(), ["message ben: hello"]);
});

Deno.test("Conversation opens nothing in the group once the relay has removed it", () => {
  const { world, relay, client, session } = meetInGroup("multicast");
  relay.sendSealed(session, namedTlv("DISCONNECT", "kicked"));
  const [datagram] = relay.sayInGroup("ben", "said under the old key");
  world.run(0);
  assertEquals(client.heard(), ["leave_group", "failed DISCONNECTED"]);
  assert(datagram !== undefined);
  client.receiveFromGroup(datagram);
  assertEquals(client.heard(), []);
});

Deno.test("Conversation begins anew with the keys of a relay that has restarted", () => {
  const { world, relay, client, session } = meetInGroup();
  relay.sendSealed(session, namedTlv("DISCONNECT", SHUTDOWN_REASON));
  world.unplug();
  world.run(0);
  const [old] = relay.group.seal(relay.relayed("ben", "of before"));
  const next = world.relay({ generation: 2 });
  world.run(10_000);
  assertEquals(client.heard(), ["reconnecting: shutdown", "registered again"]);
  next.sayInGroup("ben", "of now");
  assert(old !== undefined);
  world.forge(old, RELAY, client.endpoint);
  world.run(0);
  assertEquals(client.heard(), ["message ben: of now"]);
  assertEquals(client.core.drops.toObject(), { unauthentic: 1 }, "both are epoch 1");
});

Deno.test("Conversation puts long group messages together, and asks for what is missing", () => {
  const { world, relay, client } = meetInGroup();
  const payload = world.random.bytes(20_000);
  let sent = 0;
  world.network.loses = ({ from, to }) =>
    from.port === RELAY.port && to.port === client.endpoint.port && [3, 7, 8].includes(sent++);
  relay.sayInGroup("ben", payload);
  world.run(150);
  assertEquals(client.heard(), []);
  world.run(100);
  const [message] = client.told();
  assert(message?.type === "message");
  assertEquals(message.payload, payload);
  const asked = relay.tokens.flatMap((tlvs) =>
    findTlv(tlvs, DEFAULT_TLV_TYPES.FRAGMENT_NACK) ?? []
  );
  assertEquals(asked.map((value) => value.slice(4)), [Uint8Array.of(0, 3, 0, 7, 0, 8)]);
});

Deno.test("Conversation takes the end of a long message though the epoch changed in its midst", () => {
  const { world, relay, client } = meetInGroup();
  const payload = world.random.bytes(5_000);
  const datagrams = relay.group.seal(relay.relayed("ben", payload));
  for (const datagram of datagrams.slice(0, 2)) relay.group.send(datagram);
  relay.group.changeEpoch();
  relay.sayInGroup("cleo", "in between");
  for (const datagram of datagrams.slice(2)) relay.group.send(datagram);
  world.run(0);
  const told = client.told().flatMap((event) => event.type === "message" ? [event.sender] : []);
  assertEquals(told, ["cleo", "ben"]);
});

Deno.test("Conversation takes nothing from the group's socket that is not of the group", () => {
  const { client, relay, session } = meetInGroup("multicast");
  const [sealed] = relay.seal(session, [namedTlv("DISCONNECT", "bye")]);
  assert(sealed !== undefined);
  client.receiveFromGroup(sealed);
  client.receiveFromGroup(encodeTlvs([namedTlv("UNKNOWN_SESSION"), namedTlv("COOKIE")]));
  client.receiveFromGroup(encodeTlvs([{ type: 0x7777, value: new Uint8Array() }]));
  client.receiveFromGroup(Uint8Array.of(1, 2, 3));
  assertEquals(client.heard(), []);
  assertEquals(client.core.drops.toObject(), { unexpected: 3, unknown_tlv: 1, malformed: 1 });
  const idle = new ClientWorld().client();
  const [message] = relay.group.seal(relay.relayed("ben", "hello"));
  assert(message !== undefined);
  idle.receiveFromGroup(message);
  assertEquals(idle.core.drops.toObject(), { unexpected: 1 });
});

import { assert, assertEquals } from "@std/assert";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { meetPlainly } from "../support/client_plain_meeting.ts";
import { ClientWorld, RELAY } from "../support/client_world.ts";
import { namedTlv } from "../support/named_tlv.ts";

Deno.test("Conversation hands on what the relay says", () => {
  const { world, relay, client, session } = meetPlainly();
  relay.sendSealed(
    session,
    namedTlv("NOTIFY_CONNECT", "ben"),
    namedTlv("NOTIFY_DISCONNECT", "cleo"),
    namedTlv("SERVER_NOTICE", "tea is ready"),
  );
  relay.sendSealed(session, ...relay.relayed("ben", "hello"));
  world.run(0);
  assertEquals(client.heard(), [
    "joined ben",
    "left cleo",
    "notice tea is ready",
    "message ben: hello",
  ]);
});

Deno.test("Conversation gives the relay's number with each message", () => {
  const { world, relay, client, session } = meetPlainly();
  relay.sendSealed(session, ...relay.relayed("ben", "one"));
  relay.sendSealed(session, ...relay.relayed("ben", "two"));
  relay.sendSealed(session, namedTlv("SENDER_ID", "ben"), namedTlv("MESSAGE", "three"));
  world.run(0);
  const numbers = client.told().map((event) => event.type === "message" && event.relaySequence);
  assertEquals(numbers, [1n, 2n, undefined]);
});

Deno.test("Conversation takes a token once", () => {
  const { world, relay, client, session } = meetPlainly();
  const [datagram] = relay.sendSealed(session, ...relay.relayed("ben", "pay 5 euro"));
  assert(datagram !== undefined);
  for (let copy = 0; copy < 3; copy++) world.forge(datagram, RELAY, client.endpoint);
  world.run(30_000);
  world.forge(datagram, RELAY, client.endpoint);
  world.run(0);
  assertEquals(client.heard(), ["message ben: pay 5 euro"]);
  assertEquals(client.core.drops.of("replayed"), 4);
});

for (
  const { ageSeconds, maxMessageAgeSeconds, isTaken } of [
    { ageSeconds: 60, maxMessageAgeSeconds: 60, isTaken: true },
    { ageSeconds: 61, maxMessageAgeSeconds: 60, isTaken: false },
    { ageSeconds: -60, maxMessageAgeSeconds: 60, isTaken: true },
    { ageSeconds: -61, maxMessageAgeSeconds: 60, isTaken: false },
    { ageSeconds: 5, maxMessageAgeSeconds: 5, isTaken: true },
    { ageSeconds: 6, maxMessageAgeSeconds: 5, isTaken: false },
    { ageSeconds: 1_000_000, maxMessageAgeSeconds: 0, isTaken: true },
  ]
) {
  const verb = isTaken ? "takes" : "drops";
  Deno.test(`Conversation ${verb} a token ${ageSeconds} s old of ${maxMessageAgeSeconds}`, () => {
    const world = new ClientWorld();
    const relay = world.relay();
    const client = world.registered({ name: "ada", maxMessageAgeSeconds });
    const tlvs = relay.relayed("ben", "hello");
    for (const datagram of relay.seal(relay.session("ada"), tlvs, { ageSeconds })) {
      world.forge(datagram, RELAY, client.endpoint);
    }
    world.run(0);
    assertEquals(client.heard(), isTaken ? ["message ben: hello"] : []);
    assertEquals(client.core.drops.of("stale"), isTaken ? 0 : 1);
  });
}

Deno.test("Conversation drops and counts what is malformed, foreign, unknown or forged", () => {
  const { world, relay, client, session } = meetPlainly();
  const [real] = relay.seal(session, relay.relayed("ben", "hello"));
  assert(real !== undefined);
  const forged = real.slice();
  forged[forged.byteLength - 5] = forged[forged.byteLength - 5] === 65 ? 66 : 65;
  world.forge(forged, RELAY, client.endpoint);
  world.forge(real, { hostname: "10.6.6.6", port: 1 }, client.endpoint);
  world.forge(Uint8Array.of(0, 4, 0, 9, 1), RELAY, client.endpoint);
  world.forge(encodeTlvs([namedTlv("FRAGMENT", "abc")]), RELAY, client.endpoint);
  world.forge(encodeTlvs([{ type: 0x7777, value: new Uint8Array(3) }]), RELAY, client.endpoint);
  relay.sendSealed(session, { type: 0x7777, value: new Uint8Array(3) });
  relay.sendSealed(session, namedTlv("MESSAGE", "from nobody"));
  relay.sendSealed(session, namedTlv("FRAGMENT_NACK", "odd"));
  world.run(0);
  assertEquals(client.heard(), []);
  assertEquals(client.core.drops.toObject(), {
    unauthentic: 1,
    foreign: 1,
    malformed: 3,
    replayed: 1,
    unknown_tlv: 2,
  });
});

Deno.test("Conversation says goodbye when it is closed", () => {
  const { world, relay, client } = meetPlainly();
  client.close();
  world.run(0);
  assertEquals(relay.sessions.size, 0);
  assertEquals(client.core.nextDeadlineMs(), undefined);
  client.close();
  world.forge(encodeTlvs([namedTlv("UNKNOWN_SESSION")]), RELAY, client.endpoint);
  world.run(60_000);
  assertEquals(client.heard(), []);
});

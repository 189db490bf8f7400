import { assertEquals } from "@std/assert";
import { encodeTlvs, type Tlv } from "../../src/wire/tlv.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { meetInGroup } from "../support/client_group_meeting.ts";
import { ClientWorld, GROUP_DELIVERY } from "../support/client_world.ts";
import { namedTlv } from "../support/named_tlv.ts";

function forged(number: bigint): Tlv[] {
  return [
    namedTlv("SENDER_ID", "ben"),
    namedTlv("RELAY_SEQUENCE", encodeU64(number)),
    namedTlv("MESSAGE", "forged"),
  ];
}

for (const first of ["group", "alone"] as const) {
  Deno.test(`Conversation tells a message once that comes both ways, ${first} first`, () => {
    const { world, relay, client, session } = meetInGroup("multicast");
    for (const text of ["one", "x".repeat(5_000), "three"]) {
      const tlvs = relay.relayed("ben", text);
      if (first === "group") relay.group.tell(undefined, ...tlvs);
      relay.sendSealed(session, ...tlvs);
      if (first === "alone") relay.group.tell(undefined, ...tlvs);
    }
    world.run(0);
    assertEquals(client.heard().map((line) => line.slice(0, 15)), [
      "message ben: on",
      "message ben: xx",
      "message ben: th",
    ]);
    assertEquals(client.core.drops.toObject(), { duplicate: 3 });
  });
}

Deno.test("Conversation tells a message once that comes both ways before it is accepted", () => {
  for (const reliable of [false, true]) {
    const world = new ClientWorld();
    const relay = world.relay({ groupAddress: GROUP_DELIVERY });
    relay.answers.acceptance = false;
    relay.admission.grantsReliable = false;
    const client = world.client({ name: "ada", reliable, groupDelivery: true });
    world.run(100);
    const tlvs = relay.relayed("ben", "early");
    relay.sendSealed(relay.session("ada"), ...tlvs);
    for (const datagram of relay.group.seal(tlvs)) client.receiveFromGroup(datagram);
    relay.answers.acceptance = true;
    world.run(2_000);
    assertEquals(client.heard().filter((line) => line.startsWith("message")), [
      "message ben: early",
    ]);
  }
});

Deno.test("Conversation drops one message for a number that a member made up", () => {
  const { world, relay, client, session } = meetInGroup("multicast");
  relay.group.tell(undefined, ...forged(1n));
  relay.group.tell(undefined, ...forged(1n));
  const tlvs = relay.relayed("ben", "true");
  relay.sendSealed(session, ...tlvs);
  relay.group.tell(undefined, ...tlvs);
  world.run(0);
  assertEquals(client.heard(), [
    "message ben: forged",
    "message ben: forged",
    "message ben: true",
  ]);
});

Deno.test("Conversation tells every message that has no number, or a malformed one", () => {
  const { world, relay, client, session } = meetInGroup("multicast");
  const plain = [namedTlv("SENDER_ID", "ben"), namedTlv("MESSAGE", "hello")];
  for (const tlvs of [plain, [...plain, namedTlv("RELAY_SEQUENCE", encodeTlvs(plain))]]) {
    relay.sendSealed(session, ...tlvs);
    relay.group.tell(undefined, ...tlvs);
  }
  world.run(0);
  assertEquals(client.heard(), Array(4).fill("message ben: hello"));
});

Deno.test("Conversation takes a group message that is its own for no copy", () => {
  const { world, relay, client, session } = meetInGroup("multicast");
  relay.group.tell(undefined, ...relay.relayed("ada", "mine"));
  relay.sendSealed(
    session,
    ...relay.history.add("ben", new Uint8Array(1), {
      sessionId: "",
      clientSequence: 0n,
    }).tlvs,
  );
  world.run(0);
  assertEquals(client.heard().length, 1);
});

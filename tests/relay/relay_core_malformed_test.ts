import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { tlvTypesWith } from "../../src/wire/tlv_types.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const KEEP_ALIVE = encodeTlvs([namedTlv("KEEP_ALIVE")]);
const UNKNOWN = { type: 0x7777, value: new Uint8Array(3) };

const malformedTable: { name: string; datagram: Uint8Array }[] = [
  { name: "an empty datagram", datagram: new Uint8Array() },
  { name: "half a header", datagram: Uint8Array.of(0x00, 0x06) },
  {
    name: "a value that is cut short",
    datagram: Uint8Array.of(0x00, 0x04, 0x00, 0x05, 1, 2, 3, 4),
  },
  { name: "a byte left over", datagram: concat([KEEP_ALIVE, Uint8Array.of(0)]) },
  { name: "65,507 zero bytes with one left over", datagram: new Uint8Array(65_507) },
  { name: "65,507 bytes of 0xff", datagram: new Uint8Array(65_507).fill(0xff) },
];

for (const { name, datagram } of malformedTable) {
  Deno.test(`receive() drops ${name} as malformed, from clients and from strangers`, () => {
    const relay = new RelayHarness();
    const [alice, bob, mallory] = [relay.join("alice"), relay.join("bob"), relay.stranger()];
    relay.settle(alice, bob);
    mallory.sendDatagram(datagram);
    alice.sendDatagram(datagram);
    assertEquals(relay.drops(), { malformed: 2 });
    assertEquals([alice.heard(), mallory.heard()], [[], []]);
    alice.say("still here");
    assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE still here}"]);
  });
}

Deno.test("receive() drops a malformed datagram whole, the TLVs before the fault included", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  relay.settle(alice, bob);
  const token = namedTlv(
    "SYMMETRICALLY_ENCRYPTED_MESSAGE",
    alice.seal([namedTlv("MESSAGE", "hi")]),
  );
  alice.sendDatagram(concat([encodeTlvs([token]), Uint8Array.of(0, 6, 0)]));
  assertEquals(bob.heard(), []);
  assertEquals(relay.drops(), { malformed: 1 });
});

Deno.test("receive() takes a datagram of 65,507 bytes that is one TLV", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  const datagram = encodeTlvs([
    namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", new Uint8Array(65_503)),
  ]);
  assertEquals(alice.sendDatagram(datagram).byteLength, 65_507);
  assertEquals(relay.drops(), { malformed: 1 }, "no Fernet token");
});

Deno.test("receive() takes 16,376 empty TLVs in one datagram", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  alice.sendOuter(...Array.from({ length: 16_376 }, () => namedTlv("KEEP_ALIVE")));
  assertEquals(relay.drops(), {});
});

Deno.test("receive() skips and counts unknown TLVs of a client, outer and sealed", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  relay.settle(alice, bob);
  const token = alice.seal([UNKNOWN, namedTlv("MESSAGE", "hi"), UNKNOWN]);
  alice.sendOuter(UNKNOWN, namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", token), UNKNOWN);
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE hi}"]);
  assertEquals(relay.stat("unknown_tlv"), 4);
  assertEquals(relay.drops(), {});
});

Deno.test("receive() skips and counts unknown TLVs beside a stranger's PUBLIC_KEY_REQUEST", () => {
  const relay = new RelayHarness();
  const mallory = relay.stranger();
  mallory.sendOuter(UNKNOWN, namedTlv("PUBLIC_KEY_REQUEST", new Uint8Array(1_000)), UNKNOWN);
  assertEquals(mallory.heard(), ["SERVER_PUBLIC_KEY_RESPONSE, SERVER_IDENTITY"]);
  assertEquals(relay.stat("unknown_tlv"), 2);
});

Deno.test("receive() skips and counts unknown TLVs before and behind a registration", () => {
  const relay = new RelayHarness();
  const alice = relay.stranger();
  const unknown = encodeTlvs([UNKNOWN]);
  alice.sendDatagram(concat([unknown, alice.registration(), unknown]));
  assertEquals(alice.heard(), ["{REGISTRATION_ACCEPTED, SERIES_ID}"]);
  assertEquals(relay.stat("unknown_tlv"), 2);
});

Deno.test("receive() counts unknown TLVs once when the datagram was held back meanwhile", () => {
  const relay = new RelayHarness();
  relay.holdsRsa = true;
  const alice = relay.stranger();
  alice.register();
  alice.sendOuter(UNKNOWN, namedTlv("KEEP_ALIVE"));
  relay.answerRsa();
  assertEquals(relay.stat("unknown_tlv"), 1);
});

Deno.test("receive() passes over known TLVs that are out of place", () => {
  const relay = new RelayHarness();
  const bob = relay.join("bob");
  relay.settle(bob);
  for (const name of ["SENDER_ID", "MESSAGE", "SERVER_NOTICE", "COOKIE", "SESSION_ID"] as const) {
    bob.sendOuter(namedTlv(name, "hi"));
  }
  for (const name of ["PUBLIC_KEY_REQUEST", "COOKIE", "SESSION_ID", "FRAGMENT"] as const) {
    bob.sendSealed(namedTlv(name, "hi"));
  }
  assertEquals(relay.stat("unknown_tlv"), 0);
  assertEquals(relay.drops(), {});
  assertEquals(bob.heard(), []);
});

Deno.test("receive() reads and writes TLVs by the numbers of the configuration", () => {
  const types = tlvTypesWith({ PUBLIC_KEY_REQUEST: 0x0901, SERVER_PUBLIC_KEY_RESPONSE: 0x0902 });
  const relay = new RelayHarness({ types });
  const mallory = relay.stranger();
  mallory.sendOuter({ type: 0x0901, value: new Uint8Array(1_000) });
  const [answer] = mallory.datagrams();
  assertEquals(answer?.slice(0, 2), Uint8Array.of(0x09, 0x02));
});

import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { Fernet } from "../../src/crypto/fernet.ts";
import { decodeTlvs, encodeTlvs, findTlv } from "../../src/wire/tlv.ts";
import { FakeRsaKey } from "../support/fake_rsa_key.ts";
import { helloTlvs } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const UNUSABLE = "REGISTRATION_REJECTED 5";

const blockTable: { name: string; block: (relay: RelayHarness) => Uint8Array }[] = [
  { name: "of no bytes", block: () => new Uint8Array() },
  { name: "of 255 bytes", block: ({ random }) => random.bytes(255) },
  { name: "of 257 bytes", block: ({ random }) => random.bytes(257) },
  { name: "of 65,503 bytes", block: ({ random }) => random.bytes(65_503) },
  { name: "that does not decrypt", block: () => new Uint8Array(256).fill(0xee) },
  {
    name: "made for another key",
    block: ({ random }) =>
      new FakeRsaKey(9).encrypt(new TextEncoder().encode(Fernet.generateKey()), random),
  },
  { name: "that holds nothing", block: (relay) => blockOf(relay, "") },
  { name: "that holds 32 raw bytes", block: (relay) => blockOf(relay, "k".repeat(32)) },
  { name: "that holds 43 characters", block: (relay) => blockOf(relay, "A".repeat(43)) },
  { name: "that holds 45 characters", block: (relay) => blockOf(relay, "A".repeat(45)) },
  { name: "that holds no base64url", block: (relay) => blockOf(relay, `${"+".repeat(43)}=`) },
  { name: "that holds no UTF-8", block: (relay) => blockOf(relay, new Uint8Array(44).fill(0xff)) },
];

function blockOf({ rsaKey, random }: RelayHarness, content: string | Uint8Array): Uint8Array {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return rsaKey.encrypt(bytes, random);
}

for (const { name, block } of blockTable) {
  Deno.test(`receive() refuses a key block ${name} with code 5, and keeps nothing`, () => {
    const relay = new RelayHarness();
    const [alice, mallory] = [relay.join("alice"), relay.stranger()];
    relay.settle(alice);
    mallory.sendOuter(namedTlv("ENCRYPTED_SYMMETRIC_KEY", block(relay)));
    assertEquals(mallory.heard(), [UNUSABLE]);
    assertEquals(relay.stat("clients"), 1);
    assertEquals(relay.stat("registrations.rejected"), 1);
    assertEquals(relay.drops(), { rejected: 1 });
    relay.settle();
    assertEquals(alice.heard(), [], "nobody else is told");
  });
}

Deno.test("receive() refuses a hello under another key with code 5", () => {
  const relay = new RelayHarness();
  const [alice, mallory] = [relay.join("alice"), relay.stranger()];
  const foreignHello = alice.seal(helloTlvs("mallory"));
  mallory.sendDatagram(concat([
    mallory.registration(),
    encodeTlvs([namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", foreignHello)]),
  ]));
  assertEquals(mallory.heard(), [UNUSABLE]);
});

Deno.test("receive() refuses a hello that is no token with code 5", () => {
  const relay = new RelayHarness();
  const mallory = relay.stranger();
  mallory.sendDatagram(concat([
    mallory.registration(),
    encodeTlvs([namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", "no token")]),
  ]));
  assertEquals(mallory.heard(), [UNUSABLE]);
});

const helloAges: { ageSeconds: number; answer: string }[] = [
  { ageSeconds: 60, answer: "{REGISTRATION_ACCEPTED, SERIES_ID}" },
  { ageSeconds: 61, answer: "REGISTRATION_REJECTED 7" },
  { ageSeconds: -60, answer: "{REGISTRATION_ACCEPTED, SERIES_ID}" },
  { ageSeconds: -61, answer: "REGISTRATION_REJECTED 7" },
];

for (const { ageSeconds, answer } of helloAges) {
  Deno.test(`receive() answers a hello that is ${ageSeconds} s old by ${answer}`, () => {
    const relay = new RelayHarness();
    const alice = relay.stranger();
    const registration = alice.registration();
    const hello = alice.seal(helloTlvs("alice"), { ageSeconds });
    const token = encodeTlvs([namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", hello)]);
    alice.sendDatagram(concat([registration, token]));
    assertEquals(alice.heard(), [answer]);
  });
}

Deno.test("receive() refuses at most 3 bytes for each byte that asked, without a bucket", () => {
  const relay = new RelayHarness();
  const mallory = relay.stranger();
  for (let index = 0; index < 100; index++) {
    const datagram = mallory.sendOuter(
      namedTlv("ENCRYPTED_SYMMETRIC_KEY", new Uint8Array(index % 20)),
    );
    const [answer] = mallory.datagrams();
    const rejection = findTlv(decodeTlvs(answer ?? new Uint8Array()), 0x0114);
    assertEquals(rejection?.[0], 5);
    assertEquals((answer?.byteLength ?? Infinity) <= 3 * datagram.byteLength, true);
  }
  assertEquals(relay.drops(), { rejected: 100 });
});

Deno.test("receive() leaves a session alone when a new registration of its address fails", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  relay.settle(alice, bob);
  alice.sendOuter(namedTlv("ENCRYPTED_SYMMETRIC_KEY", blockOf(relay, "no key")));
  assertEquals(alice.heard(), [UNUSABLE]);
  alice.say("still here");
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE still here}"]);
});

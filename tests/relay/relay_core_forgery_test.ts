import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { encodeBase64Url } from "../../src/crypto/base64url.ts";
import { Fernet } from "../../src/crypto/fernet.ts";
import { HmacSha256 } from "../../src/crypto/hmac_sha256.ts";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

function twoClients(): { relay: RelayHarness; alice: HarnessClient; bob: HarnessClient } {
  const relay = new RelayHarness();
  const pair = { relay, alice: relay.join("alice"), bob: relay.join("bob") };
  relay.settle(pair.alice, pair.bob);
  return pair;
}

Deno.test("receive() drops a token under another key as unauthentic", () => {
  const { relay, alice, bob } = twoClients();
  alice.sendToken(bob.seal([namedTlv("MESSAGE", "as bob")]));
  alice.sendToken(new Fernet(Fernet.generateKey()).encrypt(encodeTlvs([namedTlv("MESSAGE", "x")])));
  assertEquals(relay.drops(), { unauthentic: 2 });
  assertEquals([alice.heard(), bob.heard()], [[], []]);
});

const plaintexts: { name: string; plaintext: Uint8Array; drops: Record<string, number> }[] = [
  {
    name: "that ends within a TLV",
    plaintext: Uint8Array.of(1, 1, 0, 9, 65),
    drops: { malformed: 1 },
  },
  { name: "of one byte", plaintext: Uint8Array.of(1), drops: { malformed: 1 } },
  { name: "of no TLVs", plaintext: new Uint8Array(), drops: {} },
];

for (const { name, plaintext, drops } of plaintexts) {
  Deno.test(`receive() relays nothing of an authentic plaintext ${name}`, () => {
    const { relay, bob } = twoClients();
    const key = Fernet.generateKey();
    const carol = relay.stranger();
    const block = relay.rsaKey.encrypt(new TextEncoder().encode(key), relay.random);
    carol.sendOuter(namedTlv("ENCRYPTED_SYMMETRIC_KEY", block));
    relay.settle(bob);
    const now = Math.floor(relay.clock.now.unixMs / 1000);
    carol.sendToken(new Fernet(key).encrypt(plaintext, { now }));
    assertEquals(bob.heard(), []);
    assertEquals(relay.drops(), drops);
  });
}

Deno.test("receive() drops an authentic token whose padding is wrong as malformed", () => {
  const { relay } = twoClients();
  const key = relay.random.bytes(32);
  const carol = relay.stranger();
  const keyText = new TextEncoder().encode(Fernet.generateKeyFrom(key));
  const block = relay.rsaKey.encrypt(keyText, relay.random);
  carol.sendOuter(namedTlv("ENCRYPTED_SYMMETRIC_KEY", block));
  const signed = new Uint8Array(1 + 8 + 16 + 16);
  signed[0] = 0x80;
  new DataView(signed.buffer).setBigUint64(1, BigInt(Math.floor(relay.clock.now.unixMs / 1000)));
  const hmac = new HmacSha256(key.subarray(0, 16)).digest(signed);
  carol.sendToken(new TextEncoder().encode(encodeBase64Url(concat([signed, hmac]))));
  assertEquals(relay.drops(), { malformed: 1 });
});

for (const bytes of [0, 1, 3, 4, 99, 65_503]) {
  Deno.test(`receive() drops a token of ${bytes} bytes of no sense as malformed`, () => {
    const { relay, alice } = twoClients();
    alice.sendToken(new Uint8Array(bytes).fill(65));
    assertEquals(relay.drops(), { malformed: 1 });
  });
}

Deno.test("receive() relays nothing of a datagram with one bit flipped, wherever it is", () => {
  const { alice, bob } = twoClients();
  const datagram = encodeTlvs([
    namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", alice.seal([namedTlv("MESSAGE", "hi")])),
  ]);
  for (let bit = 0; bit < datagram.byteLength * 8; bit++) {
    const forged = datagram.slice();
    forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    alice.sendDatagram(forged);
    assertEquals(bob.payloads(), [], `bit ${bit} flipped`);
  }
  alice.sendDatagram(datagram);
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE hi}"]);
});

Deno.test("receive() drops its own tokens when someone sends them back as their recipient", () => {
  const { relay, alice, bob } = twoClients();
  bob.say("hi");
  relay.join("carol");
  alice.sendSealed(namedTlv("KEEP_ALIVE"));
  relay.carryOut(relay.core.broadcast("notice", relay.clock.now));
  const reflected = alice.datagrams();
  assertEquals(reflected.length, 4);
  bob.forget();
  for (const datagram of reflected) alice.sendDatagram(datagram);
  assertEquals([alice.heard(), bob.heard()], [[], []]);
  assertEquals(relay.drops(), { replayed: 4 });
});

Deno.test("receive() drops its own fragments when someone sends them back", () => {
  const { relay, alice, bob } = twoClients();
  for (const datagram of bob.fragments(new Uint8Array(5_000))) bob.sendDatagram(datagram);
  for (const datagram of alice.datagrams()) alice.sendDatagram(datagram);
  assertEquals(bob.heard(), []);
  assertEquals(relay.stat("messages.in"), 1);
  assertEquals(relay.drops(), { replayed: 1 });
});

Deno.test("receive() takes no token from an address that is not its session's", () => {
  const { relay, alice, bob } = twoClients();
  const [mallory, datagram] = [relay.stranger(), alice.say("hi")];
  relay.settle(bob);
  mallory.sendDatagram(datagram);
  mallory.sendToken(alice.seal([namedTlv("DISCONNECT")]));
  assertEquals(mallory.heard(), ["UNKNOWN_SESSION", "UNKNOWN_SESSION"]);
  assertEquals(bob.heard(), []);
  assertEquals(relay.stat("clients"), 2);
});

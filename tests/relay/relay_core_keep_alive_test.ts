import { assertEquals } from "@std/assert";
import { Fernet } from "../../src/crypto/fernet.ts";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const TIMEOUT_MS = 60_000;

Deno.test("receive() answers a sealed KEEP_ALIVE with the latest relay sequence", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  relay.settle(alice, bob);
  alice.sendSealed(namedTlv("KEEP_ALIVE"));
  bob.say("one");
  bob.say("two");
  alice.forget();
  alice.sendSealed(namedTlv("KEEP_ALIVE"));
  assertEquals(alice.heard(), ["{KEEP_ALIVE_REPLY 2}"]);
});

Deno.test("receive() counts the message beside a sealed KEEP_ALIVE in its answer", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  alice.forget();
  alice.sendSealed(namedTlv("KEEP_ALIVE"), namedTlv("MESSAGE", "hi"));
  assertEquals(alice.heard(), ["{KEEP_ALIVE_REPLY 1}"]);
});

Deno.test("receive() answers nothing to an outer KEEP_ALIVE", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  relay.settle(alice);
  alice.sendOuter(namedTlv("KEEP_ALIVE"));
  assertEquals(alice.heard(), []);
});

Deno.test("tick() removes a client that was silent for client_timeout, and tells the others", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  relay.settle(alice, bob);
  const registeredMs = relay.clock.now.monotonicMs;
  alice.sendOuter(namedTlv("KEEP_ALIVE"));
  relay.run(TIMEOUT_MS / 2);
  bob.sendOuter(namedTlv("KEEP_ALIVE"));
  relay.run(TIMEOUT_MS / 2 - 1);
  assertEquals([relay.stat("clients"), bob.heard()], [2, []]);
  relay.run(1);
  assertEquals(relay.clock.now.monotonicMs, registeredMs + TIMEOUT_MS);
  assertEquals([relay.stat("clients"), bob.heard()], [1, ["{NOTIFY_DISCONNECT alice}"]]);
  assertEquals(alice.heard(), [], "a client that is gone is told nothing");
  assertEquals(relay.reported.map((effect) => effect.type === "client_removed" && effect.reason), [
    "timed_out",
  ]);
});

Deno.test("tick() removes all silent clients, and then has nothing to do but renew", () => {
  const relay = new RelayHarness({ clientTimeoutMs: 5_000 });
  for (let index = 0; index < 20; index++) {
    relay.join(`client-${index}`);
    relay.run(10);
  }
  relay.run(6_000);
  assertEquals(relay.stat("clients"), 0);
  assertEquals(relay.core.nextDeadline(), 3_601_000);
});

const signsOfLife: { name: string; isTaken: boolean; send: (alice: HarnessClient) => void }[] = [
  {
    name: "an outer KEEP_ALIVE",
    isTaken: true,
    send: (alice) => alice.sendOuter(namedTlv("KEEP_ALIVE")),
  },
  {
    name: "a sealed KEEP_ALIVE",
    isTaken: true,
    send: (alice) => alice.sendSealed(namedTlv("KEEP_ALIVE")),
  },
  { name: "a message", isTaken: true, send: (alice) => alice.say("hi") },
  {
    name: "a message in fragments",
    isTaken: true,
    send: (alice) => alice.fragments(new Uint8Array(3_000)).forEach((it) => alice.sendDatagram(it)),
  },
  { name: "an empty token", isTaken: true, send: (alice) => alice.sendSealed() },
  {
    name: "all fragments of a message but one",
    isTaken: false,
    send: (alice) =>
      alice.fragments(new Uint8Array(3_000)).slice(1).forEach((it) => alice.sendDatagram(it)),
  },
  {
    name: "a token under another key",
    isTaken: false,
    send: (alice) => alice.sendToken(new Fernet(Fernet.generateKey()).encrypt(new Uint8Array())),
  },
  {
    name: "a stale token",
    isTaken: false,
    send: (alice) => alice.sendToken(alice.seal([namedTlv("MESSAGE")], { ageSeconds: 61 })),
  },
  {
    name: "a malformed datagram",
    isTaken: false,
    send: (alice) => alice.sendDatagram(new Uint8Array(3)),
  },
  {
    name: "an unknown TLV",
    isTaken: false,
    send: (alice) => alice.sendOuter({ type: 0x7777, value: new Uint8Array() }),
  },
  {
    name: "a PUBLIC_KEY_REQUEST",
    isTaken: false,
    send: (alice) => alice.sendOuter(namedTlv("PUBLIC_KEY_REQUEST")),
  },
  {
    name: "a key block that is not usable",
    isTaken: false,
    send: (alice) => alice.sendOuter(namedTlv("ENCRYPTED_SYMMETRIC_KEY")),
  },
];

for (const { name, isTaken, send } of signsOfLife) {
  Deno.test(`receive() takes ${name} ${isTaken ? "" : "not "}for a sign of life`, () => {
    const relay = new RelayHarness();
    const alice = relay.join("alice");
    relay.run(TIMEOUT_MS / 2);
    send(alice);
    relay.run(TIMEOUT_MS - 1);
    assertEquals(relay.stat("clients"), isTaken ? 1 : 0);
    relay.run(1);
    assertEquals(relay.stat("clients"), 0);
  });
}

Deno.test("receive() takes a replayed token not for a sign of life", () => {
  const relay = new RelayHarness({ clientTimeoutMs: 30_000 });
  const alice = relay.join("alice");
  const datagram = alice.say("hi");
  relay.run(20_000);
  alice.sendDatagram(datagram);
  relay.run(10_000);
  assertEquals(relay.stat("clients"), 0);
});

Deno.test("receive() takes a repeated registration not for a sign of life", () => {
  const relay = new RelayHarness({ clientTimeoutMs: 30_000 });
  const alice = relay.stranger();
  const registration = alice.register();
  relay.run(20_000);
  alice.sendDatagram(registration);
  relay.run(10_000);
  assertEquals(relay.stat("clients"), 0);
});

Deno.test("receive() refreshes a session by a late datagram when no tick came in between", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  relay.clock.advance(TIMEOUT_MS);
  alice.sendDatagram(encodeTlvs([namedTlv("KEEP_ALIVE")]));
  relay.tick();
  assertEquals(relay.stat("clients"), 1);
});

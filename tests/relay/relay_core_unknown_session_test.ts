import { assertEquals } from "@std/assert";
import type { TlvName } from "../../src/wire/tlv_types.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const UNKNOWN = "UNKNOWN_SESSION";

const answeredTable: { name: string; send: (stranger: HarnessClient) => void }[] = [
  { name: "a keep-alive", send: (stranger) => stranger.sendOuter(namedTlv("KEEP_ALIVE")) },
  { name: "a token", send: (stranger) => stranger.sendToken(new Uint8Array(100).fill(65)) },
  {
    name: "a fragment",
    send: (stranger) =>
      stranger.sendOuter(namedTlv("FRAGMENT", Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 9))),
  },
  {
    name: "a session id before a token",
    send: (stranger) =>
      stranger.sendOuter(
        namedTlv("SESSION_ID", new Uint8Array(8)),
        namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", new Uint8Array(100)),
      ),
  },
  {
    name: "an unknown TLV",
    send: (stranger) => stranger.sendOuter({ type: 0x7777, value: new Uint8Array() }),
  },
];

for (const { name, send } of answeredTable) {
  Deno.test(`receive() answers ${name} of a stranger by UNKNOWN_SESSION, and keeps nothing`, () => {
    const relay = new RelayHarness();
    const stranger = relay.stranger();
    send(stranger);
    assertEquals(stranger.datagrams(), [Uint8Array.of(0x01, 0x13, 0, 0)]);
    assertEquals(relay.drops(), { unknown_session: 1 });
    assertEquals(relay.stat("fragments.unfinished_bytes"), 0);
    assertEquals(relay.stat("clients"), 0);
  });
}

const RELAY_ONLY: readonly TlvName[] = [
  "SERVER_PUBLIC_KEY_RESPONSE",
  "SERVER_IDENTITY",
  "UNKNOWN_SESSION",
  "REGISTRATION_REJECTED",
  "GROUP_MESSAGE",
  "GROUP_FRAGMENT",
];

for (const name of RELAY_ONLY) {
  Deno.test(`receive() counts ${name} of a stranger, and answers nothing`, () => {
    const relay = new RelayHarness();
    const stranger = relay.stranger();
    stranger.sendOuter(namedTlv(name, new Uint8Array(200)));
    stranger.sendOuter(namedTlv(name), namedTlv("KEEP_ALIVE"));
    assertEquals(stranger.heard(), []);
    assertEquals(relay.drops(), { unknown_session: 2 });
  });
}

Deno.test("receive() answers nothing to a COOKIE alone, as relays under load send it", () => {
  const relay = new RelayHarness();
  const stranger = relay.stranger();
  stranger.sendOuter(namedTlv("COOKIE", new Uint8Array(16)));
  assertEquals(stranger.heard(), []);
  stranger.sendOuter(namedTlv("COOKIE", new Uint8Array(16)), namedTlv("KEEP_ALIVE"));
  assertEquals(stranger.heard(), [UNKNOWN]);
  assertEquals(relay.drops(), { unknown_session: 2 });
});

Deno.test("receive() answers nothing to the answers of another relay", () => {
  const relay = new RelayHarness();
  const other = relay.stranger();
  other.sendOuter(namedTlv("KEEP_ALIVE"));
  other.sendOuter(namedTlv("PUBLIC_KEY_REQUEST"));
  other.sendOuter(namedTlv("ENCRYPTED_SYMMETRIC_KEY"));
  const answers = other.datagrams();
  assertEquals(answers.length, 3);
  for (const answer of answers) other.sendDatagram(answer);
  assertEquals(other.datagrams(), []);
});

Deno.test("receive() answers a client that has left", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  alice.sendSealed(namedTlv("DISCONNECT"));
  alice.forget();
  alice.say("anyone there?");
  assertEquals(alice.heard(), [UNKNOWN]);
});

Deno.test("receive() answers one source by UNKNOWN_SESSION 20 times, then 10 times a second", () => {
  const relay = new RelayHarness();
  const stranger = relay.stranger();
  assertEquals(answersOf(stranger, 100), 20);
  relay.run(1_000);
  assertEquals(answersOf(stranger, 100), 10);
  assertEquals(relay.drops(), { unknown_session: 200 });
});

Deno.test("receive() answers all sources by UNKNOWN_SESSION 500 times a second", () => {
  const relay = new RelayHarness();
  let answers = 0;
  for (let source = 0; source < 100; source++) {
    answers += answersOf(relay.stranger(`10.0.0.${source}`), 10);
  }
  assertEquals(answers, 500);
});

function answersOf(stranger: HarnessClient, count: number): number {
  for (let index = 0; index < count; index++) stranger.sendOuter(namedTlv("KEEP_ALIVE"));
  return stranger.heard().length;
}

import { assertEquals } from "@std/assert";
import { decodeTlvs, encodeTlvs, TLV_HEADER_BYTES } from "../../src/wire/tlv.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

/** PEM of 452 bytes and identity of 104, each with its header. */
const ANSWER_BYTES = 564;

/** The shortest request whose answer is at most 3 times as long. */
const FREE_REQUEST_BYTES = ANSWER_BYTES / 3;

function ask(stranger: HarnessClient, datagramBytes: number): number {
  const padding = new Uint8Array(datagramBytes - TLV_HEADER_BYTES);
  stranger.sendOuter(namedTlv("PUBLIC_KEY_REQUEST", padding));
  return stranger.heard().length;
}

/** How many of `count` requests are answered. */
function askOften(stranger: HarnessClient, count: number, datagramBytes = 4): number {
  let answers = 0;
  for (let index = 0; index < count; index++) answers += ask(stranger, datagramBytes);
  return answers;
}

Deno.test("receive() answers PUBLIC_KEY_REQUEST with the key and its identity", () => {
  const relay = new RelayHarness();
  const stranger = relay.stranger();
  stranger.sendOuter(namedTlv("PUBLIC_KEY_REQUEST", "any padding at all"));
  const answers = stranger.datagrams();
  assertEquals(answers.map((datagram) => decodeTlvs(datagram)), [[
    namedTlv("SERVER_PUBLIC_KEY_RESPONSE", relay.rsaKey.serverKey.pem),
    namedTlv("SERVER_IDENTITY", relay.rsaKey.identity),
  ]]);
  assertEquals(answers[0]?.byteLength, ANSWER_BYTES);
});

Deno.test("receive() answers PUBLIC_KEY_REQUEST of a client too", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  relay.settle(alice);
  alice.sendOuter(namedTlv("PUBLIC_KEY_REQUEST"), namedTlv("KEEP_ALIVE"));
  assertEquals(alice.heard(), ["SERVER_PUBLIC_KEY_RESPONSE, SERVER_IDENTITY"]);
});

Deno.test("receive() answers a request that is repeated in one datagram once", () => {
  const relay = new RelayHarness();
  const stranger = relay.stranger();
  const request = namedTlv("PUBLIC_KEY_REQUEST", new Uint8Array(500));
  stranger.sendOuter(request, request, request);
  assertEquals(stranger.heard(), ["SERVER_PUBLIC_KEY_RESPONSE, SERVER_IDENTITY"]);
});

Deno.test("receive() touches no token bucket for an answer of 3 times the request", () => {
  const relay = new RelayHarness();
  assertEquals(askOften(relay.stranger(), 200, FREE_REQUEST_BYTES), 200);
  assertEquals(askOften(relay.stranger(), 200, 1_000), 200);
  assertEquals(relay.drops(), {});
});

Deno.test("receive() asks the token bucket for the answer to a request one byte shorter", () => {
  const relay = new RelayHarness();
  assertEquals(askOften(relay.stranger(), 20, FREE_REQUEST_BYTES - 1), 5);
  assertEquals(relay.drops(), { rate_limited: 15 });
});

Deno.test("receive() sends long answers to one source 5 at once, then 1 a second", () => {
  const relay = new RelayHarness();
  const stranger = relay.stranger();
  assertEquals(askOften(stranger, 10), 5);
  relay.run(999);
  assertEquals(askOften(stranger, 10), 0);
  relay.run(1);
  assertEquals(askOften(stranger, 10), 1);
  relay.run(3_000);
  assertEquals(askOften(stranger, 10), 3);
  relay.run(3_600_000);
  assertEquals(askOften(stranger, 10), 5, "the bucket holds no more");
});

Deno.test("receive() counts all ports of an IP address as one source", () => {
  const relay = new RelayHarness();
  const answers = Array.from({ length: 10 }, () => askOften(relay.stranger(), 1));
  assertEquals(answers.filter((count) => count > 0).length, 5);
  assertEquals(askOften(relay.stranger("127.0.0.2"), 10), 5);
});

Deno.test("receive() counts a /64 of IPv6 as one source", () => {
  const relay = new RelayHarness();
  assertEquals(askOften(relay.stranger("2001:db8:0:1::1"), 10), 5);
  assertEquals(askOften(relay.stranger("2001:db8:0:1:ffff::2"), 10), 0);
  assertEquals(askOften(relay.stranger("2001:db8:0:2::1"), 10), 5);
});

Deno.test("receive() sends 50 long answers a second to all sources together", () => {
  const relay = new RelayHarness();
  const everyone = Array.from({ length: 100 }, (_, index) => relay.stranger(`10.0.0.${index}`));
  const askAll = () => everyone.reduce((sum, stranger) => sum + askOften(stranger, 1), 0);
  assertEquals([askAll(), askAll()], [50, 0]);
  relay.run(1_000);
  assertEquals([askAll(), askAll()], [50, 0]);
});

Deno.test("receive() answers both requests in one datagram by one answer", () => {
  const relay = new RelayHarness();
  const stranger = relay.stranger();
  const bothRequests = encodeTlvs([
    namedTlv("PUBLIC_KEY_REQUEST", new Uint8Array(FREE_REQUEST_BYTES)),
    namedTlv("ENCRYPTED_SYMMETRIC_KEY"),
  ]);
  stranger.sendDatagram(bothRequests);
  assertEquals(stranger.heard(), ["REGISTRATION_REJECTED 5"]);
});

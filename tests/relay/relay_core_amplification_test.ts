import { assertGreater, assertLessOrEqual } from "@std/assert";
import { concat } from "@std/bytes";
import type { RelayOptions } from "../../src/relay/relay_options.ts";
import { AMPLIFICATION_FACTOR, LONG_ANSWER_LIMITS } from "../../src/session/long_answers.ts";
import { AdmissionTokens } from "../../src/session/admission_tokens.ts";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { helloTlvs } from "../support/harness_client.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const relays: { name: string; options: Partial<RelayOptions>; bans: readonly string[] }[] = [
  { name: "with room", options: {}, bans: [] },
  { name: "that asks for cookies", options: { cookieThreshold: 0 }, bans: [] },
  { name: "that asks for tokens", options: { authTokens: new AdmissionTokens([]) }, bans: [] },
  { name: "that is full", options: { maxClients: 0 }, bans: [] },
  { name: "that has banned it", options: {}, bans: ["127.0.0.1"] },
];

/** Lengths of a value, among them those that answers change at. */
const VALUE_BYTES = [0, 1, 2, 8, 15, 16, 17, 40, 184, 256, 1_000];

/** Every TLV there is, in every length, alone and beside another one. */
function* datagrams(relay: RelayHarness): Generator<Uint8Array> {
  const types = [...Object.values(DEFAULT_TLV_TYPES), 0x7777];
  for (const bytes of VALUE_BYTES) {
    for (const type of types) {
      const tlv = { type, value: relay.random.bytes(bytes) };
      yield encodeTlvs([tlv]);
      yield encodeTlvs([tlv, tlv]);
      yield encodeTlvs([tlv, namedTlv("PUBLIC_KEY_REQUEST")]);
      yield encodeTlvs([namedTlv("COOKIE", relay.random.bytes(16)), tlv]);
      yield encodeTlvs([tlv]).subarray(0, -1);
    }
  }
}

/** Registrations that are refused in every way, and last one that an open relay takes. */
function* registrations(stranger: HarnessClient): Generator<Uint8Array> {
  yield stranger.registration([namedTlv("CLIENT_NAME", "")]);
  yield stranger.registration([namedTlv("CLIENT_NAME", "a".repeat(100))]);
  yield stranger.registration(helloTlvs("taken"));
  yield concat([
    stranger.registration(),
    encodeTlvs([
      namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", "no token"),
    ]),
  ]);
  yield stranger.registration([...helloTlvs("alice"), namedTlv("AUTH_TOKEN", "x")]);
}

/** Uses up the leave for long answers; it comes back at one a second. */
function exhaustLongAnswers(stranger: HarnessClient): void {
  for (let count = 0; count < LONG_ANSWER_LIMITS.perSource.burst; count++) {
    stranger.sendOuter(namedTlv("PUBLIC_KEY_REQUEST"));
  }
  stranger.forget();
}

function bytesOf(datagrams: readonly Uint8Array[]): number {
  return datagrams.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

for (const { name, options, bans } of relays) {
  Deno.test(`receive() of a relay ${name} answers no stranger by more than 3 times its bytes`, () => {
    const relay = new RelayHarness({ clientTimeoutMs: 1e9, ...options });
    relay.join("taken");
    for (const target of bans) relay.core.ban(target, undefined, relay.clock.now);
    const stranger = relay.stranger();
    exhaustLongAnswers(stranger);
    let answered = 0;
    for (const datagram of [...datagrams(relay), ...registrations(stranger)]) {
      stranger.sendDatagram(datagram);
      const answers = stranger.datagrams();
      assertLessOrEqual(answers.length, 1, "one answer at most");
      assertLessOrEqual(bytesOf(answers), AMPLIFICATION_FACTOR * datagram.byteLength);
      answered += answers.length;
    }
    assertGreater(answered, 50, "the test has asked what is answered");
  });
}

Deno.test("receive() sends a flood of strangers no more than 3 times its bytes, and the long answers", () => {
  const relay = new RelayHarness();
  const strangers = Array.from({ length: 200 }, (_, index) => relay.stranger(`10.0.0.${index}`));
  const seconds = 10;
  for (let second = 0; second < seconds; second++) {
    for (const stranger of strangers) {
      stranger.sendOuter(namedTlv("PUBLIC_KEY_REQUEST"));
      stranger.sendOuter(namedTlv("ENCRYPTED_SYMMETRIC_KEY"));
      stranger.sendOuter(namedTlv("KEEP_ALIVE"));
    }
    relay.run(1_000);
  }
  const longAnswers = LONG_ANSWER_LIMITS.global.burst +
    seconds * LONG_ANSWER_LIMITS.global.perSecond;
  const longBytes = strangers.flatMap((stranger) => stranger.datagrams())
    .filter(({ byteLength }) => byteLength > 12);
  assertLessOrEqual(longBytes.length, longAnswers);
  const rest = relay.stat("datagrams.bytes_out") - bytesOf(longBytes);
  assertLessOrEqual(rest, AMPLIFICATION_FACTOR * relay.stat("datagrams.bytes_in"));
});

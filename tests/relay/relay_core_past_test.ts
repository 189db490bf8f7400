import { assertEquals } from "@std/assert";
import { Feature } from "../../src/wire/features.ts";
import { encodeReplay, type Replay } from "../../src/wire/replay.ts";
import { findTlv } from "../../src/wire/tlv.ts";
import { type HarnessClient, helloTlvs } from "../support/harness_client.ts";
import { historyTalk, sayMany } from "../support/history_talk.ts";
import { namedTlv } from "../support/named_tlv.ts";
import type { HarnessOptions, RelayHarness } from "../support/relay_harness.ts";

function listenerOf(relay: RelayHarness, replay: Replay, features: number): HarnessClient {
  const client = relay.stranger();
  const hello = helloTlvs("late", features);
  client.sendDatagram(client.registration([...hello, namedTlv("REPLAY", encodeReplay(replay))]));
  return client;
}

interface PastRow {
  readonly name: string;
  readonly replay: Replay;
  /** How many messages are said, one a second, before it is asked. */
  readonly said: number;
  readonly history?: HarnessOptions;
  /** REPLAY_FROM. */
  readonly from: bigint;
}

const count = (messages: bigint): Replay => ({ kind: "count", messages });
const age = (seconds: bigint): Replay => ({ kind: "age", seconds });
const MAX = 2n ** 64n - 1n;
const rows: PastRow[] = [
  { name: "the last messages", replay: count(3n), said: 9, from: 6n },
  { name: "no message", replay: count(0n), said: 9, from: 9n },
  { name: "as many as there are", replay: count(9n), said: 9, from: 0n },
  { name: "more than there are", replay: count(10n), said: 9, from: 0n },
  { name: "all that can be asked for", replay: count(MAX), said: 9, from: 0n },
  { name: "something before anything was said", replay: count(5n), said: 0, from: 0n },
  {
    name: "what is no longer held",
    replay: count(9n),
    said: 9,
    history: { historyMessages: 4 },
    from: 5n,
  },
  {
    name: "something where nothing is held",
    replay: count(9n),
    said: 9,
    history: { historyMessages: 0 },
    from: 9n,
  },
  { name: "the last seconds", replay: age(3n), said: 9, from: 6n },
  { name: "the last hour", replay: age(3_600n), said: 9, from: 0n },
  { name: "all time", replay: age(MAX), said: 9, from: 0n },
  { name: "no time", replay: age(0n), said: 9, from: 9n },
  {
    name: "a time that is no longer held",
    replay: age(60n),
    said: 9,
    history: { historyMessages: 2 },
    from: 7n,
  },
];
for (const { name, replay, said, history, from } of rows) {
  Deno.test(`register() answers who asks for ${name}`, () => {
    const pair = historyTalk(history);
    for (let index = 0; index < said; index++) {
      pair.alice.say(`${index}`);
      pair.relay.run(1_000);
    }
    const client = listenerOf(pair.relay, replay, Feature.RELIABLE_DELIVERY);
    const [answer] = client.heard();
    assertEquals(answer, `{REGISTRATION_ACCEPTED, SERIES_ID, REPLAY_FROM ${from}}`);
    assertEquals(client.accepted?.latestRelaySequence, BigInt(said));
  });
}

Deno.test("register() answers REPLAY by nothing where reliable delivery is not granted", () => {
  const pair = historyTalk();
  sayMany(pair, 3);
  const client = listenerOf(pair.relay, count(3n), 0);
  assertEquals(client.heard()[0], "{REGISTRATION_ACCEPTED, SERIES_ID}");
});

for (const value of [new Uint8Array(), new Uint8Array(9), new Uint8Array(10).fill(1)]) {
  Deno.test(`register() passes over a REPLAY of ${value.byteLength} bytes that says nothing`, () => {
    const { relay } = historyTalk();
    const client = relay.stranger();
    const hello = helloTlvs("late", Feature.RELIABLE_DELIVERY);
    client.sendDatagram(client.registration([...hello, namedTlv("REPLAY", value)]));
    assertEquals(client.heard()[0], "{REGISTRATION_ACCEPTED, SERIES_ID}");
  });
}

Deno.test("register() gives REPLAY_FROM of then when it answers again", () => {
  const pair = historyTalk();
  sayMany(pair, 3);
  const client = pair.relay.stranger();
  const hello = helloTlvs("late", Feature.RELIABLE_DELIVERY);
  const replay = namedTlv("REPLAY", encodeReplay(count(1n)));
  const registration = client.sendDatagram(client.registration([...hello, replay]));
  const first = client.heard()[0];
  sayMany(pair, 2);
  client.forget();
  client.sendDatagram(registration);
  assertEquals(client.heard(), [first]);
  assertEquals(findTlv([replay], replay.type)?.byteLength, 9);
});

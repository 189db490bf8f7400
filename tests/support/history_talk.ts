import { encodeSequenceRanges } from "../../src/wire/sequence_ranges.ts";
import type { HarnessClient } from "./harness_client.ts";
import { namedTlv } from "./named_tlv.ts";
import { type HarnessOptions, RelayHarness } from "./relay_harness.ts";

/** A client that speaks, and one that asks for what it missed. */
export interface HistoryTalk {
  readonly relay: RelayHarness;
  /** Without reliable delivery. */
  readonly alice: HarnessClient;
  /** With it. */
  readonly bob: HarnessClient;
}

/** A relay, alice and bob, who have heard nothing yet. */
export function historyTalk(options: HarnessOptions = {}): HistoryTalk {
  const relay = new RelayHarness(options);
  const pair = { relay, alice: relay.join("alice"), bob: relay.joinReliable("bob") };
  relay.settle(pair.alice, pair.bob);
  return pair;
}

/** Sends a NACK for ranges of relay sequences. */
export function nack(
  client: HarnessClient,
  ...ranges: readonly (readonly [bigint, bigint])[]
): void {
  const value = encodeSequenceRanges(ranges.map(([first, last]) => ({ first, last })));
  client.sendSealed(namedTlv("NACK", value));
}

/** Has alice say a number of short messages, and bob forget that he got them. */
export function sayMany({ relay, alice, bob }: HistoryTalk, count: number): void {
  for (let number = 1; number <= count; number++) alice.say(`${number}`);
  relay.run(1_000);
  bob.forget();
}

/** Has alice send a message, whole, of random bytes. */
export function sayLong({ relay, alice }: HistoryTalk, bytes: number): Uint8Array {
  const payload = relay.random.bytes(bytes);
  for (const datagram of alice.fragments(payload)) alice.sendDatagram(datagram);
  return payload;
}

/** What a client hears of those messages of `sayMany`. */
export function fromAlice(...numbers: number[]): string[] {
  return numbers.map((it) => `{SENDER_ID alice, RELAY_SEQUENCE ${it}, MESSAGE ${it}}`);
}

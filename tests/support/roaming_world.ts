import type { Tlv } from "../../src/wire/tlv.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import type { HarnessClient } from "./harness_client.ts";
import { namedTlv } from "./named_tlv.ts";
import { RelayHarness } from "./relay_harness.ts";

/** Two clients, and someone who is none. */
export interface RoamingWorld {
  readonly relay: RelayHarness;
  readonly alice: HarnessClient;
  readonly bob: HarnessClient;
  /** Not registered. */
  readonly mallory: HarnessClient;
}

/** A relay, whom alice has sent number 1. */
export function alicesWorld(): RoamingWorld {
  const relay = new RelayHarness();
  const trio = {
    relay,
    alice: relay.joinReliable("alice"),
    bob: relay.join("bob"),
    mallory: relay.stranger(),
  };
  trio.alice.say("one", 1n);
  relay.settle(trio.alice, trio.bob);
  return trio;
}

/** CLIENT_SEQUENCE. */
export function sequenceTlv(sequence: bigint): Tlv {
  return namedTlv("CLIENT_SEQUENCE", encodeU64(sequence));
}

/** SESSION_ID of a client. */
export function sessionIdTlv(client: HarnessClient): Tlv {
  return namedTlv("SESSION_ID", Uint8Array.fromHex(client.sessionId));
}

/** A token that a client seals. */
export function tokenTlv(client: HarnessClient, ...tlvs: readonly Tlv[]): Tlv {
  return namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", client.seal(tlvs));
}

/** Where the relay thinks that a client is. */
export function addressOf(relay: RelayHarness, id: string): string | undefined {
  return relay.core.client(id, relay.clock.now)?.address;
}

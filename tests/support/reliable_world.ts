import type { RelayClientCoreOptions } from "../../src/client/relay_client_core_options.ts";
import { decodeSequenceRanges } from "../../src/wire/sequence_ranges.ts";
import { findTlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { decodeU64 } from "../../src/wire/u64.ts";
import { ClientWorld, type WorldClient, type WorldRelayOptions } from "./client_world.ts";
import type { MiniRelay } from "./mini_relay.ts";
import type { MiniSession } from "./mini_session.ts";

const TYPES = DEFAULT_TLV_TYPES;

/** A relay, a client of it that is registered for reliable delivery, and where they live. */
export interface ReliableMeeting {
  readonly world: ClientWorld;
  readonly relay: MiniRelay;
  readonly client: WorldClient;
  readonly session: MiniSession;
}

/** Lets a client called ada register for reliable delivery. */
export function meetReliably(
  relayOptions: WorldRelayOptions = {},
  clientOptions: Partial<RelayClientCoreOptions> = {},
): ReliableMeeting {
  const world = new ClientWorld();
  const relay = world.relay(relayOptions);
  const client = world.registered({ name: "ada", reliable: true, ...clientOptions });
  return { world, relay, client, session: relay.session("ada") };
}

/** CLIENT_SEQUENCEs of the tokens that came to a relay, in order. */
export function numbersAt(relay: MiniRelay): bigint[] {
  return relay.tokens.flatMap((tlvs) => {
    const value = findTlv(tlvs, TYPES.CLIENT_SEQUENCE);
    return value === undefined ? [] : [decodeU64(value) ?? -1n];
  });
}

/** The ranges of the NACKs that came to a relay, as `first-last,first-last`. */
export function nacksAt(relay: MiniRelay): string[] {
  return relay.tokens.flatMap((tlvs) => {
    const value = findTlv(tlvs, TYPES.NACK);
    const ranges = value && decodeSequenceRanges(value);
    return ranges === undefined ? [] : [ranges.map(({ first, last }) => `${first}-${last}`).join()];
  });
}

/** What a relay took of its clients, as text. */
export function textsAt(relay: MiniRelay): string[] {
  return relay.messages.map(({ payload }) => new TextDecoder().decode(payload));
}

/** The texts of the messages that a client was told since the last call. */
export function textsTold(client: WorldClient): string[] {
  return client.told().flatMap((event) =>
    event.type === "message" ? [new TextDecoder().decode(event.payload)] : []
  );
}

/** `0`, `1` and so on. */
export function numberedTexts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index}`);
}

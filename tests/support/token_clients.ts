import type { RelayOptions } from "../../src/relay/relay_options.ts";
import { type AdmissionToken, AdmissionTokens } from "../../src/session/admission_tokens.ts";
import { type HarnessClient, helloTlvs } from "./harness_client.ts";
import { namedTlv } from "./named_tlv.ts";
import { RelayHarness } from "./relay_harness.ts";

/** A relay that asks for tokens. */
export function harnessWithTokens(
  tokens: readonly AdmissionToken[],
  options: Partial<RelayOptions> = {},
): RelayHarness {
  return new RelayHarness({ authTokens: new AdmissionTokens(tokens), ...options });
}

/** Registers with a token, and with a name if one is given. */
export function enterByToken(
  client: HarnessClient,
  token: string | Uint8Array,
  name?: string,
): Uint8Array {
  return client.sendDatagram(
    client.registration([...helloTlvs(name), namedTlv("AUTH_TOKEN", token)]),
  );
}

/** A client that has registered by a token. */
export function joinByToken(relay: RelayHarness, token: string, name?: string): HarnessClient {
  const client = relay.stranger();
  enterByToken(client, token, name);
  return client;
}

/** Gives a relay other tokens. */
export function setTokens(relay: RelayHarness, ...tokens: readonly AdmissionToken[]): void {
  relay.carryOut(relay.core.setAuthTokens(new AdmissionTokens(tokens), relay.clock.now));
}

/** The clients, by id. */
export function idsOf(relay: RelayHarness): string[] {
  return relay.core.clients(relay.clock.now).map(({ id }) => id);
}

/** Removals since the last look, as `id reason: detail`. */
export function removalsOf(relay: RelayHarness): string[] {
  return relay.reported.flatMap((effect) =>
    effect.type === "client_removed"
      ? [`${effect.client.id} ${effect.reason}: ${effect.detail}`]
      : []
  );
}

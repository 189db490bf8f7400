import type { Endpoint } from "../../../src/session/endpoint.ts";
import { type Feature, hasFeature } from "../../../src/wire/features.ts";
import { GroupKeys } from "./group_keys.ts";
import { Registrar } from "./registrar.ts";
import { UnsupportedError } from "./unsupported_error.ts";

/**
 * Sees to it that a relay can be used by hushcast's own client, which wants to hear that it is
 * registered.
 *
 * @param relay The relay.
 * @param feature What else it is to grant.
 * @throws {UnsupportedError} If the relay does not say so, or does not grant the feature.
 */
export async function probeRelay(relay: Endpoint, feature?: Feature): Promise<void> {
  const features = feature ?? 0;
  const registrar = await Registrar.open({ relay, features, groupKeys: new GroupKeys() });
  const client = await registrar.first();
  await client.leave();
  const granted = client.accepted?.features;
  if (granted === undefined) throw new UnsupportedError("it speaks the base protocol only");
  if (feature !== undefined && !hasFeature(granted, feature)) {
    throw new UnsupportedError("it grants no reliable delivery");
  }
}

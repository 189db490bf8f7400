import { constantTimeEqual } from "../crypto/constant_time.ts";
import { tryParseJson } from "../settings/try_parse_json.ts";
import type { ClusterKeys } from "./cluster_keys.ts";

const FORM = 1;
const SERIES_ID = /^[0-9a-f]{16}$/;
const CHECK = /^[0-9a-f]{64}$/;

/** Whose a stream is, by its description. */
export type StreamOwner =
  /** A cluster of our key; the series of its numbers, 8 bytes. */
  | { readonly owner: "us"; readonly seriesId: Uint8Array }
  /** Relays that use another key. */
  | { readonly owner: "other_key" }
  /** No relay made it. */
  | { readonly owner: "stranger" };

/**
 * Describes a stream of ours. The description is set with the stream itself, so that whoever finds the
 * stream finds the series too.
 *
 * @param keys The keys of the cluster.
 * @param seriesId Names the series of its numbers, 8 bytes.
 */
export function streamLabel(keys: ClusterKeys, seriesId: Uint8Array): string {
  const check = keys.checkOf(seriesId).toHex();
  return JSON.stringify({ hushcast: FORM, series: seriesId.toHex(), check });
}

/**
 * Tells from its description whose a stream is.
 *
 * @param keys The keys of the cluster.
 * @param description Whatever stands there.
 */
export function readStreamLabel(keys: ClusterKeys, description: string | undefined): StreamOwner {
  const label = tryParseJson(description ?? "");
  if (typeof label !== "object" || label === null) return { owner: "stranger" };
  const { hushcast, series, check }: Readonly<Record<string, unknown>> = { ...label };
  if (hushcast !== FORM || typeof series !== "string" || typeof check !== "string") {
    return { owner: "stranger" };
  }
  if (!SERIES_ID.test(series) || !CHECK.test(check)) return { owner: "stranger" };
  const seriesId = Uint8Array.fromHex(series);
  const isOurs = constantTimeEqual(Uint8Array.fromHex(check), keys.checkOf(seriesId));
  return isOurs ? { owner: "us", seriesId } : { owner: "other_key" };
}

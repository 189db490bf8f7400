import { Metrics } from "../../src/http/metrics/metrics.ts";
import { PROCESS_PROFILE } from "./metrics_servers.ts";
import { type MetricSamples, readSamples } from "./metrics_text.ts";

/** What a relay and a direct server expose together before anything has happened. */
export async function exposedSamples(): Promise<MetricSamples> {
  const kinds = ["relay", "direct"] as const;
  const texts = kinds.map((kind) =>
    new Metrics({ kind, ...PROCESS_PROFILE, statistics: () => ({}) }).text()
  );
  return new Map((await Promise.all(texts)).flatMap((text) => [...readSamples(text)]));
}

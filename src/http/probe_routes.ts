import { textReply } from "./http_reply.ts";
import type { HttpRoute } from "./http_route.ts";

/** The metrics as a scraper reads them. */
export interface MetricsSource {
  /** `Content-Type` of the text. */
  readonly contentType: string;
  /** All metrics now. */
  text(): Promise<string>;
}

/** What programs that watch the server are told. */
export interface ProbeContext {
  /** The metrics. */
  readonly metrics: MetricsSource;
  /** Whether the server takes clients. */
  readonly isReady: () => boolean;
}

/**
 * What programs ask that watch the server. Whether it lives is nobody's secret.
 *
 * @param context What they are told.
 */
export function probeRoutes({ metrics, isReady }: ProbeContext): readonly HttpRoute[] {
  return [
    { method: "GET", path: "/healthz", guard: "all", answer: () => textReply(200, "ok") },
    {
      method: "GET",
      path: "/readyz",
      guard: "all",
      answer: () => isReady() ? textReply(200, "ready") : textReply(503, "not ready"),
    },
    {
      method: "GET",
      path: "/metrics",
      guard: "data",
      answer: async () => {
        const headers = { "Content-Type": metrics.contentType };
        return { status: 200, headers, body: await metrics.text() };
      },
    },
  ];
}

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
  /** Why the server is not ready to serve, in a few words that anyone may read; `undefined` when it is. */
  readonly notReadyBecause: () => string | undefined;
}

/**
 * What programs ask that watch the server. Whether it lives is nobody's secret.
 *
 * @param context What they are told.
 */
export function probeRoutes({ metrics, notReadyBecause }: ProbeContext): readonly HttpRoute[] {
  return [
    { method: "GET", path: "/healthz", guard: "all", answer: () => textReply(200, "ok") },
    {
      method: "GET",
      path: "/readyz",
      guard: "all",
      answer: () => {
        const reason = notReadyBecause();
        return reason === undefined
          ? textReply(200, "ready")
          : textReply(503, `not ready: ${reason}`);
      },
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

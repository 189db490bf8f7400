import { LOG_LEVEL_CHOICES, parseLogLevel } from "../observe/log_level.ts";
import type { HttpAccess } from "./access/http_access.ts";
import { type HttpReply, jsonReply } from "./http_reply.ts";
import type { HttpRoute, RouteCall } from "./http_route.ts";
import type { LiveFeed } from "./feed/live_feed.ts";
import { refuse, TOO_MANY_READERS } from "./refusal.ts";

/** What the stream of events needs. */
export interface FeedContext {
  /** Who may. */
  readonly access: HttpAccess;
  /** What is told. */
  readonly feed: LiveFeed;
}

/**
 * The stream of events; and, for those who have lost it, whether they have to log in again.
 *
 * @param context What it needs.
 */
export function feedRoutes(context: FeedContext): readonly HttpRoute[] {
  return [
    { method: "GET", path: "/events", guard: "data", answer: (call) => openStream(call, context) },
    {
      method: "GET",
      path: "/api/session",
      guard: "data",
      answer: () => jsonReply(200, JSON.stringify({ ok: true })),
    },
  ];
}

function openStream({ request, query, now, session }: RouteCall, context: FeedContext): HttpReply {
  const level = parseLogLevel(query.get("level") ?? "info");
  if (level === undefined) {
    const text = `Cannot read level: want one of ${LOG_LEVEL_CHOICES.join(", ")}`;
    return refuse({ status: 400, code: "BAD_LEVEL", text });
  }
  // A proxy of nginx's kind would keep events back until it has enough of them.
  const headers = { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" };
  // HEAD wants to know what GET would answer, and nothing else.
  if (request.method === "HEAD") return { status: 200, headers, body: "" };
  const isAllowed = (nowMs: number) => context.access.isOpen(session, nowMs);
  const body = context.feed.open({ level, isAllowed }, now);
  return body === undefined ? refuse(TOO_MANY_READERS) : { status: 200, headers, body };
}

import { assertEquals, assertStrictEquals } from "@std/assert";
import { type DashboardState, INITIAL_STATE } from "../../src/dashboard/dashboard_state.ts";
import { reduceDashboard } from "../../src/dashboard/reduce_dashboard.ts";
import type { FeedEvent, ServerProfile } from "../../src/watch/feed_event.ts";
import { clientRow, serverProfile, trafficPoint } from "../support/dashboard_fixture.ts";

const PROFILE = serverProfile();

function feed(state: DashboardState, ...events: FeedEvent[]): DashboardState {
  return events.reduce(
    (before, event) => reduceDashboard(before, { type: "feed", event, atMs: 77 }),
    state,
  );
}

const server = (fields: Partial<ServerProfile> = {}): FeedEvent => ({
  type: "server",
  data: { ...PROFILE, ...fields },
});
const clients = (time_ms: number, messages_in: number): FeedEvent => ({
  type: "clients",
  data: { time_ms, clients: [clientRow({ messages_in })] },
});
const point = (time_ms: number): FeedEvent => ({
  type: "point",
  data: { point: trafficPoint({ time_ms }), statistics: { rss_bytes: 5 } },
});
const LOST = { type: "lost", atMs: 99 } as const;
const messagesIn = (state: DashboardState) =>
  state.clients.clients.map(({ rates }) => rates.messagesIn);

Deno.test("reduceDashboard() is live once the server has told who it is", () => {
  assertEquals(INITIAL_STATE.connection, { state: "connecting" });
  const { connection, profile, restart } = feed(INITIAL_STATE, server());
  assertEquals([connection, profile, restart], [{ state: "live" }, PROFILE, undefined]);
});

Deno.test("reduceDashboard() takes each event for its part of the state", () => {
  const line = { time: "2026-11-21T20:00:00Z", level: "info", message: "m" };
  const state = feed(
    INITIAL_STATE,
    server(),
    { type: "history", data: [trafficPoint({ time_ms: 1_000 })] },
    { type: "log_history", data: [line] },
    clients(1_500, 0),
    { type: "clients_changed", data: { time_ms: 1_600, changed: [], removed: [] } },
    point(2_000),
    { type: "log", data: line },
    { type: "log_dropped", data: { count: 4 } },
  );
  assertEquals(state.points.map(({ time_ms }) => time_ms), [1_000, 2_000]);
  assertEquals(state.log.entries, [
    { serial: 0, line },
    { serial: 1, line },
    { serial: 2, missing: 4 },
  ]);
  assertEquals([state.nowMs, state.statistics, messagesIn(state)], [2_000, { rss_bytes: 5 }, [0]]);
});

Deno.test("reduceDashboard() tells since when the stream is lost, by the first attempt", () => {
  const lost = reduceDashboard(INITIAL_STATE, LOST);
  assertEquals(lost.connection, { state: "lost", sinceMs: 99 });
  assertStrictEquals(reduceDashboard(lost, { type: "lost", atMs: 200 }), lost);
});

Deno.test("reduceDashboard() tells since when nothing came, however late it finds out", () => {
  const lost = reduceDashboard(feed(INITIAL_STATE, server()), { type: "lost", atMs: 600_077 });
  assertEquals(lost.connection, { state: "lost", sinceMs: 77 });
});

Deno.test("reduceDashboard() gives no rates across a pause, and goes on after it", () => {
  const paused = reduceDashboard(feed(INITIAL_STATE, server(), clients(1_000, 0)), {
    type: "paused",
  });
  assertEquals(paused.connection, { state: "paused" });
  const back = feed(paused, server(), clients(61_000, 600));
  assertEquals([back.connection, messagesIn(back)], [{ state: "live" }, [0]]);
});

Deno.test("reduceDashboard() still says at a pause that the server is away", () => {
  const lost = reduceDashboard(INITIAL_STATE, LOST);
  assertStrictEquals(reduceDashboard(lost, { type: "paused" }), lost);
});

Deno.test("reduceDashboard() says that the server shut down, also when the stream is lost then", () => {
  const ended = feed(INITIAL_STATE, server(), { type: "shutdown", data: { reason: "SIGTERM" } });
  assertEquals(ended.connection, { state: "ended", sinceMs: 77, reason: "SIGTERM" });
  assertStrictEquals(reduceDashboard(ended, LOST), ended);
  assertEquals(feed(ended, server()).connection, { state: "live" });
});

Deno.test("reduceDashboard() gives rates across a stream that was opened anew on purpose", () => {
  const state = feed(INITIAL_STATE, server(), clients(1_000, 0), server(), clients(2_000, 5));
  assertEquals(messagesIn(state), [5]);
});

Deno.test("reduceDashboard() gives no rates across a pause, as they would be its mean", () => {
  const lost = reduceDashboard(feed(INITIAL_STATE, server(), clients(1_000, 0)), LOST);
  const back = feed(lost, server(), clients(61_000, 600));
  assertEquals([back.restart, messagesIn(back)], [undefined, [0]]);
  assertEquals(messagesIn(feed(back, clients(62_000, 603))), [3]);
});

Deno.test("reduceDashboard() tells of a restart until it is noticed, and begins rates anew", () => {
  const before = feed(INITIAL_STATE, server(), clients(1_000, 9));
  const after = feed(before, server({ instance: "second", started_ms: 3_000 }), clients(4_000, 12));
  const restart = { startedMs: 3_000, hasNewFingerprint: false };
  assertEquals([after.restart, messagesIn(after)], [restart, [0]]);
  assertEquals(reduceDashboard(after, { type: "restart noticed" }).restart, undefined);
});

Deno.test("reduceDashboard() tells of a restart with another fingerprint, until it is noticed", () => {
  const changed = feed(
    INITIAL_STATE,
    server(),
    server({ instance: "second", fingerprint: "SHA256:y" }),
    server({ instance: "third", fingerprint: "SHA256:y" }),
  );
  assertEquals(changed.restart?.hasNewFingerprint, true);
  const noticed = reduceDashboard(changed, { type: "restart noticed" });
  const again = feed(noticed, server({ instance: "fourth", fingerprint: "SHA256:y" }));
  assertEquals(again.restart?.hasNewFingerprint, false);
});

Deno.test("reduceDashboard() lets rates fall when there is no news of clients", () => {
  const busy = feed(INITIAL_STATE, server(), clients(1_000, 0), clients(2_000, 7), point(2_000));
  assertEquals(messagesIn(busy), [7]);
  assertEquals(messagesIn(feed(busy, point(3_000), point(4_000))), [0]);
});

Deno.test("reduceDashboard() leaves alone what did not change", () => {
  const before = feed(INITIAL_STATE, server(), clients(1_000, 0), point(1_100));
  const after = feed(before, { type: "log_dropped", data: { count: 1 } });
  assertStrictEquals(after.clients, before.clients);
  assertStrictEquals(after.points, before.points);
  assertStrictEquals(feed(before, point(1_200)).log, before.log);
});

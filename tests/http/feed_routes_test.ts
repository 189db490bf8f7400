import { assert, assertEquals } from "@std/assert";
import { EventReader } from "../../src/http/feed/event_reader.ts";
import { MAX_READERS } from "../../src/http/feed/live_feed.ts";
import { SESSION_SECONDS } from "../../src/http/access/login_sessions.ts";
import { takeEvents } from "../support/http_event_log.ts";
import { type AskOptions, HttpServiceFixture } from "../support/http_service_fixture.ts";

async function openEvents(
  fixture: HttpServiceFixture,
  target = "/events",
  options: AskOptions = {},
): Promise<EventReader> {
  const { body } = await fixture.ask(target, options);
  assert(body instanceof EventReader);
  return body;
}

Deno.test("/events is a stream of events that nobody keeps", async () => {
  const fixture = new HttpServiceFixture();
  const reply = await fixture.ask("/events");
  assertEquals(reply.headers["Content-Type"], "text/event-stream");
  assertEquals(reply.headers["Cache-Control"], "no-store");
  assert(reply.body instanceof EventReader);
  const [server] = takeEvents(reply.body);
  assertEquals(server?.data.kind, "relay");
  assertEquals(server?.data.has_login, false);
  assertEquals(server?.data.commands.includes("kick_client"), true);
  assertEquals(server?.data.commands.includes("auth"), false);
});

for (const level of ["debug", "info", "warn", "error", "WARN"]) {
  Deno.test(`/events takes the level ${level}`, async () => {
    await openEvents(new HttpServiceFixture(), `/events?level=${level}`);
  });
}

for (const level of ["", "all", "notset", "debug,info", "toString"]) {
  Deno.test(`/events refuses the level ${JSON.stringify(level)}`, async () => {
    const fixture = new HttpServiceFixture();
    assertEquals((await fixture.ask(`/events?level=${level}`)).status, 400);
    assertEquals(fixture.service.feed.readerCount, 0);
  });
}

Deno.test("/events has so many places, and answers one more with 503", async () => {
  const fixture = new HttpServiceFixture();
  for (let reader = 0; reader < MAX_READERS; reader++) await openEvents(fixture);
  const reply = await fixture.ask("/events");
  assertEquals([reply.status, reply.headers["Retry-After"]], [503, "10"]);
});

Deno.test("/events opens no stream for HEAD", async () => {
  const fixture = new HttpServiceFixture();
  const reply = await fixture.ask("/events", { method: "HEAD" });
  assertEquals([reply.status, reply.body], [200, ""]);
  assertEquals(reply.headers["Content-Type"], "text/event-stream");
  assertEquals(fixture.service.feed.readerCount, 0);
});

Deno.test("/events ends when its session ends by logout", async () => {
  const fixture = new HttpServiceFixture({ token: "secret" });
  const cookie = await fixture.logIn("secret");
  const other = await fixture.logIn("secret");
  const reader = await openEvents(fixture, "/events", { headers: { cookie } });
  const neighbour = await openEvents(fixture, "/events", { headers: { cookie: other } });
  await fixture.ask("/logout", { method: "POST", headers: { cookie } });
  assertEquals([reader.isOpen, neighbour.isOpen], [false, true]);
});

Deno.test("/events ends when its session is over, and goes on for a bearer token", async () => {
  const fixture = new HttpServiceFixture({ token: "secret" });
  const cookie = await fixture.logIn("secret");
  const reader = await openEvents(fixture, "/events", { headers: { cookie } });
  const bearer = await openEvents(fixture, "/events", {
    headers: { authorization: "Bearer secret" },
  });
  for (const each of [reader, bearer]) takeEvents(each);
  fixture.service.feed.tick(fixture.clock.advance(SESSION_SECONDS * 1000 - 1));
  assertEquals(reader.isOpen, true);
  for (const each of [reader, bearer]) takeEvents(each, fixture.clock.now.monotonicMs);
  fixture.service.feed.tick(fixture.clock.advance(1));
  assertEquals([reader.isOpen, bearer.isOpen], [false, true]);
});

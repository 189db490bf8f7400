import { assert, assertEquals, assertFalse } from "@std/assert";
import { READER_TIMEOUT_MS } from "../../src/http/feed/event_reader.ts";
import { MAX_READERS } from "../../src/http/feed/live_feed.ts";
import { parseEvents } from "../support/http_event_log.ts";
import { FakeHttpClock } from "../support/http_fake_clock.ts";
import { HttpServerFixture, type RawHttpClient } from "../support/http_server_fixture.ts";
import { waitFor } from "../support/wait_for.ts";

async function openEvents(fixture: HttpServerFixture): Promise<RawHttpClient> {
  const client = await fixture.connect();
  await client.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await client.readUntil((text) => text.includes("event: clients"));
  return client;
}

/** The events of a chunked body, as far as chunks did not cut them. */
function eventsOf(text: string) {
  return parseEvents(text.replaceAll(/\r\n[0-9a-f]+\r\n/g, ""));
}

Deno.test("HttpServer tells a reader who is too slow for the log how much he missed", async () => {
  await using fixture = await HttpServerFixture.start();
  using client = await openEvents(fixture);
  for (let line = 0; line < 1_000; line++) fixture.fakes.log.write("y".repeat(1_000));
  let text = await client.readUntil((soFar) => soFar.length > 200_000);
  fixture.fakes.log.write("after");
  text += await client.readUntil((soFar) => soFar.includes("after"));
  const events = eventsOf(text);
  const dropped = events.find(({ type }) => type === "log_dropped")?.data.count;
  assert(dropped > 500);
  assertEquals(events.at(-1)?.data.message, "after");
});

Deno.test("HttpServer cuts off a reader who takes nothing for 30 s", async () => {
  const clock = new FakeHttpClock();
  await using fixture = await HttpServerFixture.start({ clock });
  using client = await openEvents(fixture);
  // What the system's buffers take counts as taken.
  for (let round = 0; round < 80; round++) {
    for (let line = 0; line < 256; line++) fixture.fakes.log.write("y".repeat(1_000));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  for (let ms = 0; ms < READER_TIMEOUT_MS + 2_000; ms += 1_000) clock.advance(1_000);
  await waitFor(() => fixture.fakes.log.readerCount === 1);
  assertFalse((await client.readAll()).endsWith("\r\n0\r\n\r\n"));
  assertEquals(fixture.complaints, []);
});

Deno.test("HttpServer cuts off a stream that waits behind another one", async () => {
  const clock = new FakeHttpClock();
  await using fixture = await HttpServerFixture.start({ clock });
  using client = await fixture.connect();
  await client.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(2));
  await waitFor(() => fixture.fakes.log.readerCount === 3);
  for (let ms = 0; ms < READER_TIMEOUT_MS + 1_000; ms += 1_000) clock.advance(1_000);
  await client.readAll();
  await waitFor(() => fixture.fakes.log.readerCount === 1);
  assertEquals(fixture.complaints, []);
});

Deno.test("HttpServer has places for so many readers, and one for another when one goes", async () => {
  await using fixture = await HttpServerFixture.start();
  const clients = await Promise.all(
    Array.from({ length: MAX_READERS }, () => openEvents(fixture)),
  );
  const refused = await fetch(fixture.url("/events"));
  assertEquals(refused.status, 503);
  await refused.body?.cancel();
  clients.pop()?.[Symbol.dispose]();
  await waitFor(() => fixture.fakes.log.readerCount === MAX_READERS);
  clients.push(await openEvents(fixture));
  for (const client of clients) client[Symbol.dispose]();
  await waitFor(() => fixture.fakes.log.readerCount === 1);
});

Deno.test("HttpServer ends the stream of one who logs out", async () => {
  await using fixture = await HttpServerFixture.start({ token: "secret" });
  const login = await fetch(fixture.url("/login"), {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ token: "secret" }),
  });
  await login.body?.cancel();
  const Cookie = (login.headers.get("Set-Cookie") ?? "").split(";", 1)[0] ?? "";
  const stream = await fetch(fixture.url("/events"), { headers: { Cookie } });
  const text = stream.text();
  const options = { method: "POST", headers: { Cookie }, redirect: "manual" } as const;
  await (await fetch(fixture.url("/logout"), options)).body?.cancel();
  assertFalse((await text).includes("event: shutdown"));
  const after = await fetch(fixture.url("/events"), { headers: { Cookie } });
  assertEquals(after.status, 401);
  await after.body?.cancel();
});

Deno.test("HttpServer looks at the server each second, also when it was late", async () => {
  const clock = new FakeHttpClock();
  await using fixture = await HttpServerFixture.start({ clock });
  using client = await openEvents(fixture);
  clock.advance(1_000);
  clock.advance(1_000);
  const text = await client.readUntil((soFar) => soFar.split("event: point").length > 2);
  const points = eventsOf(text).filter(({ type }) => type === "point");
  assertEquals(points.map(({ data }) => data.point.time_ms), [
    1_700_000_002_000,
    1_700_000_003_000,
  ]);
  assertEquals(clock.nextMs, clock.nowMs() + 1_000);
});

Deno.test("HttpServer goes on when it fails to look at the server", async () => {
  const clock = new FakeHttpClock();
  await using fixture = await HttpServerFixture.start({ clock });
  fixture.fakes.admin.stats = () => {
    throw new Error("no statistics");
  };
  clock.advance(1_000);
  clock.advance(1_000);
  assertEquals(fixture.complaints.length, 2);
  assert(fixture.complaints.every((line) => line.startsWith("http feed failed Error: no stat")));
});

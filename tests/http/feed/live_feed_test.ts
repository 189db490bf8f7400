import { assert, assertEquals, assertFalse } from "@std/assert";
import type { LevelName } from "@std/log";
import { type EventReader, MAX_BACKLOG_BYTES } from "../../../src/http/feed/event_reader.ts";
import { LiveFeed, MAX_POINTS, MAX_READERS } from "../../../src/http/feed/live_feed.ts";
import { clientSummary, FakeAdmin } from "../../control/fake_admin.ts";
import { FakeLog } from "../../control/fake_log.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { takeEvents } from "../../support/http_event_log.ts";
import { PROFILE } from "../../support/http_service_fixture.ts";

const SERVER = { ...PROFILE, commands: ["help"], has_login: false };

class FeedFixture {
  readonly admin = new FakeAdmin();
  readonly log = new FakeLog();
  readonly clock = new FakeClock();
  lists = 0;
  lagMs = 0;
  readonly feed = new LiveFeed({
    profile: SERVER,
    source: {
      stats: () => this.admin.stats(),
      listClients: () => {
        this.lists++;
        // None of them is heard of again.
        const sinceMs = this.clock.now.monotonicMs - 1_000;
        return this.admin.clients.map((client) => ({ ...client, idleMs: client.idleMs + sinceMs }));
      },
    },
    logs: this.log,
    takeWorstLagMs: () => this.lagMs,
  }, this.clock.now);

  open(options: { level?: LevelName; isAllowed?: (nowMs: number) => boolean } = {}): EventReader {
    const reader = this.feed.open(
      { level: "INFO", isAllowed: () => true, ...options },
      this.clock.now,
    );
    assert(reader !== undefined);
    return reader;
  }

  /** Opens a reader that has read its opening. */
  openAndRead(): EventReader {
    const reader = this.open();
    takeEvents(reader);
    return reader;
  }

  tick(seconds = 1): void {
    for (let second = 0; second < seconds; second++) this.feed.tick(this.clock.advance(1_000));
  }
}

function typesOf(reader: EventReader): string[] {
  return takeEvents(reader).map(({ type }) => type);
}

Deno.test("LiveFeed.open() begins with the server, what went before, and all clients", () => {
  const fixture = new FeedFixture();
  fixture.log.write("before");
  fixture.admin.statistics = { clients: 1, messages: { in: 5 } };
  fixture.tick(2);
  const [server, history, logHistory, clients, ...rest] = takeEvents(fixture.open());
  assertEquals(server, { type: "server", data: SERVER });
  assertEquals(history?.type, "history");
  assertEquals(history?.data.map((p: { messages_in: number }) => p.messages_in), [5, 0]);
  assertEquals(logHistory?.type, "log_history");
  assertEquals(logHistory?.data.map((l: { message: string }) => l.message), ["before"]);
  assertEquals(clients?.type, "clients");
  assertEquals(clients?.data.time_ms, 1_700_000_002_000);
  assertEquals(clients?.data.clients.map((c: { id: string }) => c.id), ["pump-3"]);
  assertEquals(rest, []);
});

Deno.test("LiveFeed.tick() tells a point with all counters each second", () => {
  const fixture = new FeedFixture();
  const reader = fixture.openAndRead();
  fixture.admin.statistics = { clients: 3, messages: { in: 8 }, drops: { malformed: 5 } };
  fixture.lagMs = 2;
  fixture.tick();
  const events = takeEvents(reader);
  assertEquals(events, [{
    type: "point",
    data: {
      point: {
        time_ms: 1_700_000_001_000,
        clients: 3,
        messages_in: 8,
        messages_out: 0,
        bytes_in: 0,
        bytes_out: 0,
        drops: { malformed: 2 },
        lag_ms: 2,
      },
      statistics: fixture.admin.statistics,
    },
  }]);
});

Deno.test("LiveFeed keeps 900 points, and one more makes it forget the oldest", () => {
  const fixture = new FeedFixture();
  const kept = () => {
    const reader = fixture.open();
    const [, history] = takeEvents(reader);
    fixture.feed.close(reader);
    return history?.data.map((point: { time_ms: number }) => point.time_ms - 1_700_000_000_000);
  };
  fixture.tick(MAX_POINTS);
  assertEquals([kept().length, kept()[0], kept().at(-1)], [900, 1_000, 900_000]);
  fixture.tick();
  assertEquals([kept().length, kept()[0], kept().at(-1)], [900, 2_000, 901_000]);
});

Deno.test("LiveFeed.tick() tells what has changed of clients, and nothing when nothing has", () => {
  const fixture = new FeedFixture();
  const reader = fixture.openAndRead();
  const [first] = fixture.admin.clients;
  fixture.tick();
  assertEquals(typesOf(reader), ["point"]);
  const name = "<img src=x onerror=alert(1)>";
  fixture.admin.clients = [clientSummary({ id: name, session: "ffff" })];
  fixture.tick();
  const [changes] = takeEvents(reader);
  assertEquals(changes?.type, "clients_changed");
  assertEquals(changes?.data.changed.map((c: { id: string }) => c.id), [name]);
  assertEquals(changes?.data.removed, [first?.session]);
});

Deno.test("LiveFeed lists clients only while somebody reads", () => {
  const fixture = new FeedFixture();
  fixture.tick(5);
  assertEquals(fixture.lists, 0);
  const [one, other] = [fixture.open(), fixture.open()];
  assertEquals(fixture.lists, 1);
  fixture.tick(2);
  assertEquals(fixture.lists, 3);
  fixture.feed.close(one);
  fixture.tick();
  assertEquals(fixture.lists, 4);
  fixture.feed.close(other);
  fixture.tick(5);
  assertEquals(fixture.lists, 4);
});

Deno.test("LiveFeed.open() gives a newcomer the list of the others, and the next difference", () => {
  const fixture = new FeedFixture();
  const early = fixture.openAndRead();
  fixture.admin.clients = [clientSummary({ session: "ffff" })];
  const late = fixture.open();
  const list = takeEvents(late).find(({ type }) => type === "clients");
  assertEquals(list?.data.clients[0].session, "0011223344556677");
  fixture.tick();
  assertEquals(takeEvents(late), takeEvents(early));
});

for (
  const { clients, ticks } of [
    { clients: 1_000, ticks: 1 },
    { clients: 1_001, ticks: 2 },
    { clients: 2_000, ticks: 2 },
    { clients: 10_000, ticks: 10 },
    { clients: 12_000, ticks: 10 },
  ]
) {
  Deno.test(`LiveFeed lists ${clients} clients every ${ticks} s`, () => {
    const fixture = new FeedFixture();
    fixture.admin.clients = Array.from(
      { length: clients },
      (_, number) => clientSummary({ session: String(number) }),
    );
    fixture.openAndRead();
    fixture.tick(ticks - 1);
    assertEquals(fixture.lists, 1);
    fixture.tick();
    assertEquals(fixture.lists, 2);
    fixture.tick(ticks);
    assertEquals(fixture.lists, 3);
  });
}

Deno.test("LiveFeed gives each reader the log of its level", () => {
  const fixture = new FeedFixture();
  fixture.log.write("kept", "INFO");
  fixture.log.write("not kept", "DEBUG");
  const levels = ["DEBUG", "INFO", "WARN", "ERROR"] as const;
  const readers = levels.map((level) => fixture.open({ level }));
  const history = readers.map((reader) => takeEvents(reader)[2]?.data.length);
  assertEquals(history, [1, 1, 0, 0]);
  for (const level of levels) fixture.log.write(level, level);
  const told = readers.map((reader) => takeEvents(reader).map(({ data }) => data.message));
  assertEquals(told, [
    ["DEBUG", "INFO", "WARN", "ERROR"],
    ["INFO", "WARN", "ERROR"],
    ["WARN", "ERROR"],
    ["ERROR"],
  ]);
});

Deno.test("LiveFeed holds so many readers, and lets one more in when another goes", () => {
  const fixture = new FeedFixture();
  const readers = Array.from({ length: MAX_READERS }, () => fixture.open());
  const open = () => fixture.feed.open({ level: "INFO", isAllowed: () => true }, fixture.clock.now);
  assertEquals(open(), undefined);
  const [first] = readers;
  assert(first !== undefined);
  fixture.feed.close(first);
  fixture.feed.close(first);
  assert(open() !== undefined);
  assertEquals(fixture.feed.readerCount, MAX_READERS);
});

Deno.test("LiveFeed gives one who fell behind all clients again, and the count of lost lines", () => {
  const fixture = new FeedFixture();
  const [slow, quick] = [fixture.openAndRead(), fixture.openAndRead()];
  slow.send(new Uint8Array(MAX_BACKLOG_BYTES));
  fixture.log.write("lost");
  fixture.admin.clients = [clientSummary({ session: "ffff" })];
  fixture.tick();
  assertEquals(typesOf(quick), ["log", "clients_changed", "point"]);
  takeEvents(slow);
  fixture.tick();
  const [lost, clients, point] = takeEvents(slow);
  assertEquals(lost, { type: "log_dropped", data: { count: 1 } });
  assertEquals(clients?.type, "clients");
  assertEquals(clients?.data.clients.map((c: { session: string }) => c.session), ["ffff"]);
  assertEquals(point?.type, "point");
  fixture.tick();
  assertEquals(typesOf(slow), ["point"]);
  assertEquals(typesOf(quick), ["point", "point"]);
});

Deno.test("LiveFeed stays within its bound for one who reads nothing, and cuts it off", () => {
  const fixture = new FeedFixture();
  const reader = fixture.open();
  fixture.admin.clients = Array.from({ length: 500 }, (_, n) => clientSummary({ session: `${n}` }));
  let mostBytes = 0;
  for (let second = 0; second < 29; second++) {
    fixture.tick();
    for (let line = 0; line < 5_000; line++) fixture.log.write("a line of the log");
    mostBytes = Math.max(mostBytes, reader.backlogBytes);
  }
  assert(reader.isOpen);
  assert(mostBytes < MAX_BACKLOG_BYTES + 1_000, `${mostBytes} bytes`);
  fixture.tick();
  assert(reader.isEnded);
});

Deno.test("LiveFeed ends the stream of one who may read no more, at the next tick or at once", () => {
  const fixture = new FeedFixture();
  let isAllowed = true;
  const [guest, other] = [fixture.open({ isAllowed: () => isAllowed }), fixture.open()];
  takeEvents(guest);
  fixture.tick();
  assert(guest.isOpen);
  isAllowed = false;
  fixture.feed.endDisallowed(0);
  assertFalse(guest.isOpen);
  fixture.log.write("secret");
  assertEquals(typesOf(guest), ["point"]);
  assert(guest.isEnded);
  assert(other.isOpen);
});

Deno.test("LiveFeed.shutdown() tells all readers why, and ends their streams", () => {
  const fixture = new FeedFixture();
  const readers = [fixture.openAndRead(), fixture.openAndRead()];
  fixture.feed.shutdown("Shut down by the operator");
  for (const reader of readers) {
    assertEquals(takeEvents(reader), [
      { type: "shutdown", data: { reason: "Shut down by the operator" } },
    ]);
    assert(reader.isEnded);
  }
  fixture.tick();
});

Deno.test("LiveFeed lets go of the log in the end", () => {
  const fixture = new FeedFixture();
  const reader = fixture.open();
  fixture.open();
  assertEquals(fixture.log.readerCount, 3);
  fixture.feed.close(reader);
  assertEquals(fixture.log.readerCount, 2);
  fixture.feed[Symbol.dispose]();
  assertEquals(fixture.log.readerCount, 0);
});

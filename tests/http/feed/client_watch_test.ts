import { assertEquals } from "@std/assert";
import { ClientWatch } from "../../../src/http/feed/client_watch.ts";
import type { Instant } from "../../../src/session/instant.ts";
import { clientSummary } from "../../control/fake_admin.ts";

const UNIX_MS = 1_700_000_000_000;

function at(ms: number, clockError = 0): Instant {
  return { monotonicMs: ms, unixMs: UNIX_MS + ms + clockError };
}

Deno.test("ClientWatch.update() tells all of a client that is new", () => {
  const watch = new ClientWatch();
  const client = clientSummary({ idleMs: 500, token: "pumps" });
  const row = {
    id: "pump-3",
    address: "127.0.0.1:5000",
    session: "0011223344556677",
    token: "pumps",
    since_ms: client.sinceUnixMs,
    last_seen_ms: UNIX_MS + 500,
    messages_in: 3,
    messages_out: 4,
    bytes_in: 300,
    bytes_out: 400,
  };
  assertEquals(watch.update([client], at(1_000)), {
    time_ms: UNIX_MS + 1_000,
    changed: [row],
    removed: [],
  });
  assertEquals(watch.list, { time_ms: UNIX_MS + 1_000, clients: [row] });
});

Deno.test("ClientWatch.update() tells nothing of a client that was not heard of again", () => {
  const watch = new ClientWatch();
  watch.update([clientSummary({ idleMs: 0 })], at(0));
  // Clocks that are not read at once, and one that is slewed, differ by so much.
  for (
    const [ms, clockError] of [[1_000, 3], [2_000, -0.6], [3_000, 249], [4_000, -250]] as const
  ) {
    const { changed } = watch.update([clientSummary({ idleMs: ms })], at(ms, clockError));
    assertEquals(changed, []);
  }
  const late = watch.update([clientSummary({ idleMs: 5_000 })], at(5_000, 251));
  assertEquals(late.changed.map(({ last_seen_ms }) => last_seen_ms), [UNIX_MS + 251]);
});

Deno.test("ClientWatch.update() tells of a client that was heard of again", () => {
  const watch = new ClientWatch();
  watch.update([clientSummary({ idleMs: 0 })], at(0));
  const { changed } = watch.update([clientSummary({ idleMs: 100 })], at(1_000));
  assertEquals(changed.map(({ last_seen_ms }) => last_seen_ms), [UNIX_MS + 900]);
});

const news = [
  { id: "pump-4" },
  { address: "127.0.0.1:6000" },
  { token: "pumps" },
  { key: "SHA256:x" },
  { sinceUnixMs: 1 },
  { messagesIn: 9 },
  { messagesOut: 9 },
  { bytesIn: 9 },
  { bytesOut: 9 },
];

for (const change of news) {
  Deno.test(`ClientWatch.update() tells when there is news of ${Object.keys(change)}`, () => {
    const watch = new ClientWatch();
    const same = clientSummary({ session: "ffff", address: "127.0.0.1:1" });
    watch.update([clientSummary({ idleMs: 0 }), { ...same, idleMs: 0 }], at(0));
    const changed = clientSummary({ idleMs: 1_000, ...change });
    const told = watch.update([changed, { ...same, idleMs: 1_000 }], at(1_000));
    assertEquals(told.changed.map(({ session }) => session), [changed.session]);
    assertEquals(told.removed, []);
    assertEquals(told.changed.map(({ last_seen_ms }) => last_seen_ms), [UNIX_MS]);
  });
}

Deno.test("ClientWatch.update() tells who is gone, by session or else by address", () => {
  const watch = new ClientWatch();
  const direct = clientSummary({ session: undefined, address: "127.0.0.1:7000" });
  watch.update([clientSummary(), direct], at(0));
  assertEquals(watch.update([], at(1_000)).removed, ["0011223344556677", "127.0.0.1:7000"]);
  assertEquals(watch.update([], at(2_000)).removed, []);
  assertEquals(watch.size, 0);
});

Deno.test("ClientWatch.update() tells a new registration of the same name from the old one", () => {
  const watch = new ClientWatch();
  watch.update([clientSummary()], at(0));
  const told = watch.update([clientSummary({ session: "aaaa" })], at(1_000));
  assertEquals(told.changed.map(({ session }) => session), ["aaaa"]);
  assertEquals(told.removed, ["0011223344556677"]);
});

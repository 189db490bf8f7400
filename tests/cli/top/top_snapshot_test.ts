import { assertEquals } from "@std/assert";
import { snapshotJson, snapshotLines } from "../../../src/cli/top/top_snapshot.ts";
import { clientRow, relayCounters, UNIX_MS, viewOf } from "./top_fixture.ts";

const PUMP = clientRow({ id: "pump-3", messages_in: 12, bytes_in: 1_234.5678 });

Deno.test("snapshotLines() writes a figure a line, then the clients in columns", () => {
  const view = viewOf([PUMP, clientRow({ id: "漢字" })], { filter: "p\x1b" });
  assertEquals(snapshotLines(view), [
    "server                  127.0.0.1:47701",
    "kind                    relay",
    "uptime                  2h03m",
    "clients                 2",
    "messages.in             0/s",
    "messages.out            0/s",
    "bytes.in                0 B/s",
    "bytes.out               0 B/s",
    "drops                   0/s",
    "drops.total             4",
    "registrations.waiting   3",
    "registrations.accepted  5",
    "registrations.rejected  1",
    "rsa                     0/s",
    "rsa.total               6",
    "group.epoch             4",
    "group.members           2",
    "history                 1.2 kB",
    "history.messages        8",
    "sorted                  id ascending",
    "filter                  p\\u001b",
    "shown                   2",
    "",
    "ID↑    ADDRESS          SINCE   IDLE  MSG IN  MSG OUT   B IN  B OUT",
    "pump-3 127.0.0.1:5000   1m01s     4s      12        0   1.2k      0",
    "漢字   127.0.0.1:5000   1m01s     4s       0        0      0      0",
  ]);
});

Deno.test("snapshotLines() writes all clients, and their names whole", () => {
  const clients = Array.from({ length: 500 }, (_, i) => clientRow({ id: "x".repeat(64) + i }));
  const lines = snapshotLines(viewOf(clients));
  assertEquals(lines.filter((line) => line.startsWith("xxxx")).length, 500);
  assertEquals(lines.some((line) => line.includes("…")), false);
});

Deno.test("snapshotLines() holds no control characters", () => {
  const statistics = relayCounters({ drops: { "a\x1b[2J": 5 } });
  const view = viewOf([clientRow({ id: "\x1b]0;x\x07", address: "\r\n" })], { statistics });
  assertEquals(/\p{Cc}/u.test(snapshotLines(view).join("")), false);
});

Deno.test("snapshotJson() gives counters, rates and clients under their names elsewhere", () => {
  const statistics = relayCounters();
  assertEquals(snapshotJson(viewOf([PUMP], { statistics })), {
    server: "127.0.0.1:47701",
    kind: "relay",
    time: new Date(UNIX_MS + 1_000).toISOString(),
    interval_ms: 1_000,
    rates: {
      messages_in: 0,
      messages_out: 0,
      bytes_in: 0,
      bytes_out: 0,
      rsa_operations: 0,
      drops: {},
    },
    statistics,
    clients: [{
      ...PUMP,
      rates: { messages_in: 12, messages_out: 0, bytes_in: 1_234.568, bytes_out: 0 },
    }],
  });
});

import { assertEquals } from "@std/assert";
import { HEAD_ROWS, headRows } from "../../../src/cli/top/top_head.ts";
import type { TopFigures, TopRates } from "../../../src/cli/top/top_figures.ts";
import { directCounters, relayCounters, UNIX_MS } from "./top_fixture.ts";

const RATES: TopRates = {
  messages_in: 12,
  messages_out: 1_300,
  bytes_in: 740,
  bytes_out: 12_000,
  drops: { stale: 1, malformed: 2.5, "re\x1bplayed": 0.1 },
  rsa_operations: 0.5,
};

function figures(values: Partial<TopFigures> = {}): TopFigures {
  const statistics = relayCounters();
  return { kind: "relay", unixMs: UNIX_MS, statistics, rates: RATES, clients: [], ...values };
}

/** The head as text, a row a line. */
function textOf(values?: Partial<TopFigures>): string[] {
  return headRows(figures(values)).map((row) =>
    row.map(({ label, figures }) =>
      `${label}: ${figures.map((each) => each.join(" ").trim()).join(", ")}`
    )
      .join("; ")
  );
}

Deno.test("headRows() tells what a relay does", () => {
  assertEquals(textOf(), [
    "clients: 2; messages: in 12/s, out 1.3k/s; bytes: in 740 B/s, out 12.0 kB/s",
    "drops: 3.6/s, total 4, malformed 2.5/s, stale 1.0/s, re\\u001bplayed 0.1/s",
    "registrations: waiting 3, accepted 5, rejected 1; rsa: 0.5/s, total 6",
    "group: epoch 4, members 2; history: 1.2 kB, messages 8",
  ]);
});

Deno.test("headRows() tells what a direct server does", () => {
  assertEquals(textOf({ kind: "direct", statistics: directCounters() }).slice(2), [
    "keys: accepted 4, refused 1; rsa: 0.5/s, total 9, running 1, waiting 2",
    "strangers: 2; unfinished: 1.5 kB",
  ]);
});

Deno.test("headRows() says where a rate is not known", () => {
  assertEquals(textOf({ rates: undefined }).slice(0, 2), [
    "clients: 2; messages: in -, out -; bytes: in -, out -",
    "drops: -, total 4",
  ]);
});

Deno.test("headRows() is alarmed by drops alone", () => {
  const alarms = (rates: TopRates) =>
    headRows(figures({ rates })).flat().filter(({ isAlarming }) => isAlarming).map(({ label }) =>
      label
    );
  assertEquals(alarms(RATES), ["drops"]);
  assertEquals(alarms({ ...RATES, drops: {} }), []);
});

Deno.test("headRows() names 16 reasons at most", () => {
  const drops = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`reason${i}`, 1]));
  const [, [group] = []] = headRows(figures({ rates: { ...RATES, drops } }));
  assertEquals(group?.figures.length, 2 + 16);
});

Deno.test("headRows() has as many rows for servers that tell nothing", () => {
  for (const kind of ["relay", "direct"] as const) {
    assertEquals(headRows(figures({ kind, statistics: {} })).length, HEAD_ROWS);
  }
});

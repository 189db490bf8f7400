import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { lineWidth, plainLine } from "../../../src/cli/top/top_line.ts";
import { pageRowsOf, renderTop } from "../../../src/cli/top/top_render.ts";
import type { TopStatus, TopView } from "../../../src/cli/top/top_view.ts";
import { clientRow, viewOf } from "./top_fixture.ts";

const SIZE = { columns: 80, rows: 12 };
const CLIENTS = [clientRow({ id: "pump-3", messages_in: 12 }), clientRow({ id: "漢字" })];

function textOf(view: TopView, size = SIZE): string[] {
  return renderTop(view, size).map(plainLine);
}

Deno.test("renderTop() shows head, clients and foot", () => {
  assertEquals(textOf(viewOf(CLIENTS)), [
    "relay 127.0.0.1:47701  up 2h03m  every 1s",
    "clients 2    messages in 0/s  out 0/s    bytes in 0 B/s  out 0 B/s",
    "drops 0/s  total 4",
    "registrations waiting 3  accepted 5  rejected 1    rsa 0/s  total 6",
    "group epoch 4  members 2    history 1.2 kB  messages 8",
    "ID↑    ADDRESS          SINCE   IDLE  MSG IN  MSG OUT   B IN  B OUT",
    "pump-3 127.0.0.1:5000   1m01s     4s      12        0      0      0",
    "漢字   127.0.0.1:5000   1m01s     4s       0        0      0      0",
    "",
    "",
    "",
    "clients 1-2 of 2  ? keys  q end",
  ]);
});

const statuses: readonly { status: TopStatus; says: string; style: string }[] = [
  { status: { state: "connected" }, says: "every 1s", style: "faint" },
  { status: { state: "back" }, says: "connected again", style: "good" },
  { status: { state: "late", forMs: 4_200 }, says: "no answer for 4s", style: "alarm" },
  {
    status: { state: "gone", forMs: 65_000, reason: "Connection\x07 lost" },
    says: "gone for 1m05s, trying again: Connection\\u0007 lost",
    style: "alarm",
  },
];

for (const { status, says, style } of statuses) {
  Deno.test(`renderTop() says in the head: ${says}`, () => {
    const [title = []] = renderTop(viewOf(CLIENTS, { status }), { columns: 120, rows: 12 });
    assertEquals(title.find((span) => span.text === says)?.style, style);
  });
}

Deno.test("renderTop() says that the figures stand still, whatever the reason it is gone for", () => {
  const status = { state: "gone", forMs: 0, reason: "x".repeat(200) } as const;
  assertStringIncludes(textOf(viewOf([], { isPaused: true, status }))[0] ?? "", "paused");
});

Deno.test("renderTop() shows the filter, while it is typed and afterwards", () => {
  const foot = (values: Partial<TopView>) => textOf(viewOf(CLIENTS, values)).at(-1);
  assertEquals(
    foot({ filter: "pu\x1bmp", isTyping: true }),
    "filter: pu\\u001bmp_  1-2 of 2  Enter keeps it, Esc does not",
  );
  assertEquals(
    foot({ filter: "none", clients: [] }),
    "clients 0 (2 without filter: none)  ? keys  q end",
  );
});

Deno.test("renderTop() explains the keys in place of the clients", () => {
  const text = textOf(viewOf(CLIENTS, { isHelpShown: true }), { columns: 80, rows: 30 }).join("\n");
  assertStringIncludes(text, "  q Ctrl-C           end\n");
  assertEquals(text.includes("pump-3"), false);
});

Deno.test("renderTop() says how to leave the keys where they don't fit", () => {
  const text = textOf(viewOf(CLIENTS, { isHelpShown: true }), { columns: 80, rows: 9 });
  assertEquals(text.at(-1), "any key ends this page");
});

Deno.test("renderTop() is alarmed by drops", () => {
  const view = viewOf(CLIENTS);
  const rates = { ...view.figures.rates, drops: { stale: 2 } };
  assert(view.figures.rates);
  const figures = { ...view.figures, rates: { ...view.figures.rates, ...rates } };
  const [, , drops = []] = renderTop({ ...view, figures }, SIZE);
  assertEquals(drops.map(({ text, style }) => [text, style]), [
    ["drops", "label"],
    [" 2.0/s  total 4  stale 2.0/s", "alarm"],
  ]);
});

Deno.test("renderTop() has a line for each row and none wider than the screen, at any size", () => {
  const clients = Array.from({ length: 50 }, (_, i) => clientRow({ id: `漢字 ${"x".repeat(i)}` }));
  for (const isHelpShown of [false, true]) {
    const view = viewOf(clients, { isHelpShown });
    for (let columns = 1; columns <= 130; columns += 3) {
      for (let rows = 1; rows <= 40; rows += 3) {
        const lines = renderTop(view, { columns, rows });
        assertEquals(lines.length, rows);
        for (const line of lines) assert(lineWidth(line) <= columns, plainLine(line));
      }
    }
  }
});

Deno.test("pageRowsOf() is what head and foot leave, and at least 1", () => {
  assertEquals([1, 7, 8, 9, 24].map((rows) => pageRowsOf({ columns: 80, rows })), [1, 1, 1, 2, 17]);
});

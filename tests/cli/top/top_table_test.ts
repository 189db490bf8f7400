import { assert, assertEquals } from "@std/assert";
import { cellWidth } from "../../../src/cli/top/top_cells.ts";
import { topTable } from "../../../src/cli/top/top_table.ts";
import { clientRow, viewOf } from "./top_fixture.ts";

const CLIENTS = [
  clientRow({ id: "pump-3", messages_in: 12, bytes_in: 1_234 }),
  clientRow({ id: "漢字", address: "[2001:db8::1]:47700", messages_out: 3 }),
];

Deno.test("topTable() puts clients in columns, wide names too", () => {
  assertEquals(topTable(viewOf(CLIENTS), { width: Infinity, maxRows: 10 }), {
    head: "ID↑    ADDRESS               SINCE   IDLE  MSG IN  MSG OUT   B IN  B OUT",
    rows: [
      "pump-3 127.0.0.1:5000        1m01s     4s      12        0   1.2k      0",
      "漢字   [2001:db8::1]:47700   1m01s     4s       0      3.0      0      0",
    ],
  });
});

Deno.test("topTable() shows the page at the offset", () => {
  const clients = Array.from({ length: 9 }, (_, i) => clientRow({ id: `c${i}` }));
  const { rows } = topTable(viewOf(clients, { offset: 4 }), { width: 80, maxRows: 3 });
  assertEquals(rows.map((row) => row.slice(0, 2)), ["c4", "c5", "c6"]);
});

Deno.test("topTable() marks the column that clients are sorted by", () => {
  const { head } = topTable(viewOf(CLIENTS, { sort: "bytes-in" }), { width: 80, maxRows: 3 });
  assertEquals(head.match(/\S+(?: \S+)?[↑↓]/)?.[0], "B IN↓");
});

Deno.test("topTable() shows what a name hides", () => {
  const { rows } = topTable(viewOf([clientRow({ id: "a\x1b[31m\u202eb" })]), {
    width: 100,
    maxRows: 1,
  });
  assertEquals(rows[0]?.split(" ")[0], "a\\u001b[31m\\u202eb");
});

Deno.test("topTable() keeps to the width, and to the column that clients are sorted by", () => {
  const clients = [...CLIENTS, clientRow({ id: "a name as long as any is allowed".repeat(2) })];
  for (const sort of ["since", "bytes-out", "address"] as const) {
    const view = viewOf(clients, { sort });
    for (let width = 50; width <= 130; width++) {
      const { head, rows } = topTable(view, { width, maxRows: 9 });
      for (const line of [head, ...rows]) assert(cellWidth(line) <= width, `${width}: ${line}`);
      assert(/[↑↓]/.test(head), head);
    }
  }
});

Deno.test("topTable() has no rates before there are two samples", () => {
  const view = viewOf(CLIENTS);
  const figures = { ...view.figures, rates: undefined };
  const { rows } = topTable({ ...view, figures }, { width: 80, maxRows: 1 });
  assertEquals(rows[0]?.trim().split(/ +/).slice(-4), ["-", "-", "-", "-"]);
});

Deno.test("topTable() of no clients is its head", () => {
  assertEquals(topTable(viewOf([]), { width: 80, maxRows: 5 }).rows, []);
});

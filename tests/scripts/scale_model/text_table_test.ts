import { assertEquals } from "@std/assert";
import { textTable } from "../../../scripts/scale_model/text_table.ts";

Deno.test("textTable() lines up a table of Markdown", () => {
  assertEquals(textTable(["name", "n"], [["a", "1,000"], ["longer", "2"]]), [
    "| name   |     n |",
    "| ------ | ----: |",
    "| a      | 1,000 |",
    "| longer |     2 |",
  ]);
});

import { assertEquals } from "@std/assert";
import { restoreHome } from "../../../scripts/compile/restore_home.ts";

const rows: { name: string; before: [string, string][]; after: [string, string][] }[] = [
  {
    name: "puts a hidden home back",
    before: [["HOME", "/cache"], ["HUSHCAST_HIDDEN_HOME", "/home/ada"]],
    after: [["HOME", "/home/ada"]],
  },
  {
    name: "leaves no home where there was none",
    before: [["HOME", "/cache"], ["HUSHCAST_HIDDEN_HOME", ""]],
    after: [],
  },
  { name: "leaves a home that was not hidden", before: [["HOME", "/a"]], after: [["HOME", "/a"]] },
];

for (const { name, before, after } of rows) {
  Deno.test(`restoreHome() ${name}`, () => {
    const variables = new Map(before);
    restoreHome(variables);
    assertEquals([...variables], after);
  });
}

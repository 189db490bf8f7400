import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { LineProcess } from "../../scripts/line_process.ts";

const MODEL = fileURLToPath(new URL("../../scripts/scale_model.ts", import.meta.url));

/** It needs no rights at all. */
function model(...args: readonly string[]): LineProcess {
  return new LineProcess(Deno.execPath(), ["run", "--no-prompt", MODEL, ...args], {
    NO_COLOR: "1",
  });
}

Deno.test("scale_model.ts prints the same tables each time", async () => {
  await using one = model("--messages", "200");
  await using other = model("--messages", "200");
  assertEquals([await one.ended(), await other.ended()], [0, 0], one.stderr.join("\n"));
  assertEquals(one.stdout, other.stdout);
  assert(one.stdout.filter((line) => /^\| -+ \|/.test(line)).length >= 6);
});

Deno.test("scale_model.ts shows one deployment, and gives it as JSON", async () => {
  await using text = model("--relays", "10", "--messages", "200");
  await using json = model("--relays", "10", "--messages", "200", "--json");
  assertEquals([await text.ended(), await json.ended()], [0, 0]);
  assertMatch(text.stdout.join("\n"), /600 receivers, 10 relays[\s\S]*bottleneck +\| relay proc/);
  const { deployment, estimate, tables } = JSON.parse(json.stdout.join("\n"));
  assertEquals([deployment.relays, estimate.bottleneck], [10, "relay processor"]);
  assertEquals(tables[0].lines, text.stdout.slice(2));
});

Deno.test("scale_model.ts ends a wrong command line with exit code 2 and one line", async () => {
  await using process = model("--relays", "none");
  assertEquals([await process.ended(), process.stdout], [2, []]);
  assertMatch(process.stderr.join("\n"), /^scale-model: --relays must be .*; try --help$/);
});

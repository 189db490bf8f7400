import { assert, assertEquals } from "@std/assert";
import { KEPT_INPUTS, keptTargets, readKeptInputs } from "../../scripts/fuzz/kept_inputs.ts";
import { startedForEach } from "./processes/process_target.ts";
import { PROCESS_TARGETS } from "./processes/process_targets.ts";
import { ALL_TARGETS } from "./targets/all_targets.ts";
import { decodeInput } from "./targets/fuzz_input.ts";

const TARGETS = [...ALL_TARGETS, ...PROCESS_TARGETS.map(startedForEach)];

Deno.test("Every folder of kept inputs is named after a target", () => {
  const names = new Set(TARGETS.map(({ name }) => name));
  assertEquals(keptTargets(KEPT_INPUTS).filter((folder) => !names.has(folder)), []);
});

Deno.test("Every target has a name of its own, of small letters and dashes", () => {
  const names = TARGETS.map(({ name }) => name);
  assertEquals(names.length, new Set(names).size);
  for (const name of names) assert(/^[a-z]+(-[a-z]+)*$/.test(name), name);
});

for (const target of TARGETS) {
  for (const { name, text } of readKeptInputs(KEPT_INPUTS, target.name)) {
    Deno.test(`The input ${name} that once failed ${target.name} does not fail`, async () => {
      await target.check(decodeInput(text));
    });
  }
}

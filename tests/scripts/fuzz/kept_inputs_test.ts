import { assertEquals } from "@std/assert";
import { basename } from "node:path";
import { keepInput, keptTargets, readKeptInputs } from "../../../scripts/fuzz/kept_inputs.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";

Deno.test("readKeptInputs() reads what keepInput() kept, each input once", async () => {
  await using folder = await temporaryDirectory();
  const path = await keepInput(folder.path, "some-target", "[1]\n");
  assertEquals(await keepInput(folder.path, "some-target", "[1]\n"), path);
  await keepInput(folder.path, "some-target", "[2]\n");
  await keepInput(folder.path, "other-target", "[3]\n");
  const kept = readKeptInputs(folder.path, "some-target");
  assertEquals(kept.map(({ text }) => text).sort(), ["[1]\n", "[2]\n"]);
  assertEquals(kept.some(({ name }) => name === basename(path)), true);
  assertEquals(keptTargets(folder.path), ["other-target", "some-target"]);
});

Deno.test("readKeptInputs() reads nothing where nothing was kept", async () => {
  await using folder = await temporaryDirectory();
  assertEquals(readKeptInputs(folder.path, "some-target"), []);
});

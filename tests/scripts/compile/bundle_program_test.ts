import { assertEquals, assertMatch } from "@std/assert";
import { bundleProgram } from "../../../scripts/compile/bundle_program.ts";
import { runCommand } from "../../../scripts/compile/run_command.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;

Deno.test("bundleProgram() makes one module that needs no checkout and names no path of it", async () => {
  // Within the checkout, since bare imports are looked up in its deno.json.
  await Deno.mkdir("dist", { recursive: true });
  const folder = await Deno.makeTempDir({ dir: "dist", prefix: "bundle-test-" });
  try {
    const bundle = await bundleProgram(folder, "1a2b3c4d5e6f", runCommand);
    const text = await Deno.readTextFile(bundle);
    const { denoDir }: { denoDir: string } = JSON.parse(
      (await runCommand(Deno.execPath(), ["info", "--json"])).stdout,
    );
    for (const path of [ROOT, denoDir]) {
      assertEquals(text.includes(path.replace(/^\//, "")), false, `it names ${path}`);
    }
    const imported = /^(?:import|export)\b[^;]*?\bfrom "([^"]+)"|\bimport\("([^"]+)"\)/gm;
    const imports = Array.from(text.matchAll(imported), ([, path, later]) => path ?? later);
    assertEquals(imports.filter((path) => !path?.startsWith("node:")), []);
    const flags = ["run", "--no-config", "--no-remote", "--no-npm", "--allow-env", bundle];
    const { stdout } = await runCommand(Deno.execPath(), [...flags, "--version"]);
    assertMatch(stdout, /^hushcast \S+ \(commit 1a2b3c4d5e6f, .*\)\n$/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

import { assertEquals, assertMatch } from "@std/assert";
import { relative } from "node:path";
import { bundleProgram } from "../../../scripts/compile/bundle_program.ts";
import { runCommand } from "../../../scripts/compile/run_command.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";

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

Deno.test("bundleProgram() names no path of a Deno cache behind a symbolic link", async () => {
  await using folder = await temporaryDirectory();
  const cache = `${await Deno.realPath(folder.path)}/real/npm/registry.example`;
  await Deno.mkdir(cache, { recursive: true });
  await Deno.symlink("real", `${folder.path}/link`);
  const run = async (_: string, args: readonly string[]) => {
    const stdout = JSON.stringify({ npmCache: `${folder.path}/link/npm` });
    const text = `// ${relative(Deno.cwd(), `${cache}/pkg/1.0.0/mod.js`)}\n`;
    const bundle = args[args.indexOf("--output") + 1] ?? "";
    if (args[0] === "bundle") await Deno.writeTextFile(bundle, text);
    return { success: true, stdout, stderr: "" };
  };
  const bundle = await bundleProgram(`${folder.path}/build`, "1a2b3c4d5e6f", run);
  assertEquals(await Deno.readTextFile(bundle), "// npm/pkg/1.0.0/mod.js\n");
});

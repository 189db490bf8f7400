import { assertEquals, assertExists } from "@std/assert";
import { join } from "node:path";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const PAGE = new URL("../../docs/LIBRARY.md", import.meta.url);
const MODULES = ["client", "direct"] as const;

/** The block of code with a direct server, with the published names replaced by the modules' places. */
async function codeOfPage(): Promise<string> {
  const page = await Deno.readTextFile(PAGE);
  const blocks = Array.from(page.matchAll(/```ts\n(.*?)```/gs), ([, code = ""]) => code);
  const code = blocks.find((block) => block.includes("DirectServer"));
  assertExists(code, "the page has no code about the direct server");
  return MODULES.reduce((text, name) => {
    const place = new URL(`../../src/${name}/mod.ts`, import.meta.url).href;
    return text.replace(`"@hushcast/hushcast/${name}"`, JSON.stringify(place));
  }, code);
}

Deno.test("docs/LIBRARY.md shows code of the direct server that works", async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "report.ts");
  await Deno.writeTextFile(file, await codeOfPage());
  const { report } = await import(`file://${file}`);
  assertEquals(await report("21.5"), "got 4 bytes");
});

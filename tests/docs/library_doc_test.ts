import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);

/** What `deno.json` exports to other programs, but for the command line. */
const entries: readonly string[] = Object.entries(
  JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT))).exports,
).flatMap(([name, path]) => name === "." ? [] : [String(path)]);

for (const entry of entries) {
  Deno.test(`everything that ${entry} exports is documented`, async () => {
    const command = new Deno.Command(Deno.execPath(), {
      args: ["doc", "--lint", entry],
      cwd: fileURLToPath(ROOT),
      env: { NO_COLOR: "1" },
    });
    const { code, stderr } = await command.output();
    assertEquals([code, code === 0 ? "" : new TextDecoder().decode(stderr)], [0, ""]);
  });
}

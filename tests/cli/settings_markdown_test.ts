import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { withSettings } from "../../scripts/print_settings.ts";
import { settingsMarkdown } from "../../src/cli/settings_markdown.ts";
import { COMMAND_SETTINGS } from "../../src/settings/command_settings.ts";
import type { SettingsTable } from "../../src/settings/setting.ts";
import { flagOf, takesFlag } from "../../src/settings/setting_names.ts";

const tables: SettingsTable[] = Object.values(COMMAND_SETTINGS);

Deno.test("settingsMarkdown() has every setting of every command", () => {
  const markdown = settingsMarkdown();
  for (const setting of tables.flatMap((table) => Object.values(table))) {
    assertStringIncludes(markdown, takesFlag(setting) ? `${flagOf(setting)}` : setting.key);
    assertStringIncludes(markdown, setting.help);
  }
});

Deno.test("settingsMarkdown() has as many cells in each line of a table as in its head", () => {
  const counts = settingsMarkdown().trim().split("\n\n").filter((block) => block.startsWith("|"))
    .map((block) => new Set(block.trim().split("\n").map((line) => line.split("|").length)).size);
  assertEquals(counts, [1, 1, 1, 1, 1, 1, 1, 1]);
});

Deno.test("settingsMarkdown() is laid out as deno fmt does", async () => {
  const file = await Deno.makeTempFile({ suffix: ".md" });
  try {
    await Deno.writeTextFile(file, `${settingsMarkdown().trim()}\n`);
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--check", "--no-config", "--line-width", "100", file],
      stdout: "null",
      stderr: "null",
    }).output();
    assertEquals(success, true);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("withSettings() replaces what stands between the marks, and nothing else", () => {
  const page = "# A\n\n<!-- settings:begin -->\nold\n<!-- settings:end -->\n\nB\n";
  const current = withSettings(page);
  assertEquals(
    current,
    `# A\n\n<!-- settings:begin -->\n${settingsMarkdown()}<!-- settings:end -->\n\nB\n`,
  );
  assertEquals(withSettings(current), current);
});

for (
  const page of [
    "",
    "<!-- settings:begin -->\n",
    "<!-- settings:end -->\n<!-- settings:begin -->\n",
  ]
) {
  Deno.test(`withSettings() refuses ${JSON.stringify(page)}`, () => {
    assertThrows(() => withSettings(page), TypeError);
  });
}

Deno.test("README.md shows the settings as they are", async () => {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  assertEquals(withSettings(readme), readme, "run scripts/print_settings.ts --write README.md");
});

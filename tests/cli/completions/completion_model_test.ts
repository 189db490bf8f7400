import { assertEquals } from "@std/assert";
import { COMMAND_GUIDES } from "../../../src/cli/command_guides.ts";
import { completionModel } from "../../../src/cli/completions/completion_model.ts";
import { COMMAND_NAMES } from "../../../src/cli/help.ts";
import { usageOf } from "../../../src/cli/option_lines.ts";
import { COMMAND_DESCRIPTIONS } from "../../../src/control/command_descriptions.ts";
import { COMMAND_SETTINGS } from "../../../src/settings/command_settings.ts";
import type { Setting } from "../../../src/settings/setting.ts";
import { takesFlag } from "../../../src/settings/setting_names.ts";

const model = completionModel(COMMAND_DESCRIPTIONS);

function command(name: string) {
  const found = model.commands.find((command) => command.name === name);
  if (found === undefined) throw new Error(`No command ${name}`);
  return found;
}

function option(commandName: string, name: string) {
  return command(commandName).options.find(({ names }) => names.includes(name));
}

Deno.test("completionModel() has the commands in the order of help, and help", () => {
  assertEquals(model.commands.map(({ name }) => name), [...COMMAND_NAMES, "help"]);
  assertEquals(model.options.map(({ names }) => names), [["--help", "-h"], ["--version", "-V"]]);
});

for (const name of COMMAND_NAMES) {
  const rows: Setting[] = Object.values(COMMAND_SETTINGS[name]);

  Deno.test(`completionModel() has the options of ${name} that its help shows`, () => {
    const shown = rows.filter(takesFlag).flatMap((row) => usageOf(row).match(/--[\w-]+/g));
    const { options } = command(name);
    assertEquals(options.flatMap(({ names }) => names), [...shown, "--help", "-h"]);
    assertEquals(options.filter(({ help }) => help === ""), []);
  });

  Deno.test(`completionModel() has summary and arguments of ${name} as its guide has them`, () => {
    const { summary, flagsFirst, maxPositionals } = command(name);
    const guide = COMMAND_GUIDES[name];
    assertEquals(
      { summary, flagsFirst, maxPositionals },
      {
        summary: guide.summary,
        flagsFirst: guide.flagsFirst,
        maxPositionals: guide.maxPositionals,
      },
    );
  });
}

Deno.test("completionModel() says what kind of value an option takes", () => {
  assertEquals(option("relay", "--state")?.value, { kind: "directory", placeholder: "DIR" });
  assertEquals(option("direct", "--state")?.value, { kind: "directory", placeholder: "DIR" });
  assertEquals(option("relay", "--config")?.value, { kind: "file", placeholder: "FILE" });
  assertEquals(option("relay", "--port")?.value, { kind: "text", placeholder: "N" });
  assertEquals(option("listen", "--json")?.value, { kind: "none" });
  assertEquals(option("relay", "--rsa-bits")?.value, {
    kind: "words",
    placeholder: "2048|3072|4096",
    words: ["2048", "3072", "4096"],
  });
});

Deno.test("completionModel() has both forms of a boolean that is true by default", () => {
  assertEquals(option("relay", "--multicast")?.value, { kind: "none" });
  assertEquals(option("relay", "--no-multicast"), {
    names: ["--no-multicast"],
    help: "Turn --multicast off",
    value: { kind: "none" },
  });
  assertEquals(option("listen", "--no-json"), undefined);
});

Deno.test("completionModel() has no option for what only a file can set", () => {
  assertEquals(option("relay", "--tlv-types"), undefined);
});

Deno.test("completionModel() has the words that can be first arguments", () => {
  const words = (name: string) => command(name).firstWords.map(({ word }) => word);
  assertEquals(words("token"), ["add", "list", "revoke"]);
  assertEquals(words("completions"), ["bash", "zsh", "fish"]);
  assertEquals(words("help"), [...COMMAND_NAMES]);
  assertEquals(words("send"), []);
});

Deno.test("completionModel() has the control port's commands, but for those of a session", () => {
  const { firstWords } = command("control");
  const known = COMMAND_DESCRIPTIONS.map(({ name }) => name);
  assertEquals(
    firstWords.map(({ word }) => word),
    known.filter((name) => name !== "mode" && name !== "auth"),
  );
  assertEquals(
    firstWords.find(({ word }) => word === "unban"),
    { word: "unban", summary: "Lift a ban" },
  );
});

Deno.test("completionModel() takes --help and -h in place of help", () => {
  assertEquals(command("help").aliases, ["--help", "-h"]);
});

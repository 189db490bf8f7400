import { assertEquals } from "@std/assert";
import { CommandTable } from "../../src/control/command_table.ts";
import { interpretJson, interpretLine } from "../../src/control/interpret_line.ts";
import { relayCommands } from "../../src/control/relay_commands.ts";
import { FakeAdmin } from "./fake_admin.ts";

const commands = new CommandTable(relayCommands(new FakeAdmin()));

function codeOf(text: string, isAuthorised: boolean): string {
  const meaning = interpretJson(text, { commands, isAuthorised });
  return meaning.kind === "refused" ? meaning.error.code : meaning.known.command.name;
}

for (const text of ["", "exit", '"exit"', "[]", "null", '{"command":1}', '{"command":"exit"']) {
  Deno.test(`interpretJson() takes ${JSON.stringify(text)} for no command`, () => {
    assertEquals(codeOf(text, true), "BAD_JSON");
  });
}

for (
  const { name, stranger, known } of [
    { name: "exit", stranger: "AUTH_REQUIRED", known: "exit" },
    { name: "logs", stranger: "AUTH_REQUIRED", known: "BAD_ARGUMENTS" },
    { name: "nope", stranger: "AUTH_REQUIRED", known: "UNKNOWN_COMMAND" },
    { name: "help", stranger: "help", known: "help" },
    { name: "quit", stranger: "quit", known: "quit" },
  ]
) {
  Deno.test(`interpretJson() of ${name} depends on who asks`, () => {
    const text = JSON.stringify({ command: name });
    assertEquals([codeOf(text, false), codeOf(text, true)], [stranger, known]);
  });
}

Deno.test("interpretLine() reads JSON in JSON mode alone", () => {
  const line = '{"id":1,"command":"help"}';
  const context = { commands, isAuthorised: true };
  assertEquals(interpretLine(line, { ...context, mode: "json" }).kind, "command");
  assertEquals(interpretLine(line, { ...context, mode: "text" }).kind, "refused");
  assertEquals(interpretLine("help", { ...context, mode: "json" }).kind, "command");
  assertEquals(interpretLine(" \t", { ...context, mode: "json" }), { kind: "blank" });
});

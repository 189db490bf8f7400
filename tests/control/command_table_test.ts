import { assertEquals, assertThrows } from "@std/assert";
import { CommandTable } from "../../src/control/command_table.ts";
import { relayCommands } from "../../src/control/relay_commands.ts";
import { FakeAdmin } from "./fake_admin.ts";

const commands = relayCommands(new FakeAdmin());

Deno.test("CommandTable knows the commands of the server, of the connection, and help", () => {
  const table = new CommandTable(commands);
  assertEquals(table.find("kick_client")?.scope, "server");
  assertEquals(table.find("quit")?.scope, "connection");
  assertEquals(table.find("help")?.scope, "table");
  for (const name of ["", "nope", "HELP", "toString"]) assertEquals(table.find(name), undefined);
});

Deno.test("CommandTable without commands of the connection knows and explains none", () => {
  const table = new CommandTable(commands, []);
  assertEquals(table.find("quit"), undefined);
  assertEquals(table.names, [...commands.map(({ name }) => name), "help"]);
  const help = table.find("help");
  const lines = help?.scope === "table" ? help.command.run([]).lines : [];
  assertEquals(lines.length, commands.length + 1);
});

Deno.test("CommandTable refuses two commands of one name", () => {
  assertThrows(() => new CommandTable([...commands, ...commands]), TypeError);
});

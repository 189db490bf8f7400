import { assertEquals } from "@std/assert";
import { CommandTable } from "../../src/control/command_table.ts";
import { COMMAND_DESCRIPTIONS } from "../../src/control/command_descriptions.ts";
import { directCommands } from "../../src/control/direct_commands.ts";
import { relayCommands } from "../../src/control/relay_commands.ts";
import { FakeAdmin, FakeDirectAdmin } from "./fake_admin.ts";

Deno.test("COMMAND_DESCRIPTIONS names each command of either server, once", () => {
  assertEquals(COMMAND_DESCRIPTIONS.map(({ name }) => name), [
    "list_clients",
    "get_client",
    "kick_client",
    "get_stats",
    "broadcast",
    "ban",
    "unban",
    "list_bans",
    "rotate_keys",
    "exit",
    "send",
    "logs",
    "log_level",
    "mode",
    "auth",
    "quit",
    "help",
  ]);
});

Deno.test("COMMAND_DESCRIPTIONS names only what a server or its connection knows", () => {
  const tables = [relayCommands(new FakeAdmin()), directCommands(new FakeDirectAdmin())]
    .map((commands) => new CommandTable(commands));
  const unknown = COMMAND_DESCRIPTIONS.filter(({ name }) =>
    !tables.some((table) => table.find(name))
  );
  assertEquals(unknown, []);
});

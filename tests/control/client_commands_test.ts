import { assertEquals, assertThrows } from "@std/assert";
import {
  clientCommands,
  exitCommand,
  noSuchClient,
  type ServerAdmin,
  type ServerWording,
} from "../../src/control/client_commands.ts";
import { CommandError, type ServerCommand } from "../../src/control/command.ts";
import { FakeServerAdmin } from "./fake_admin.ts";

const WORDING: ServerWording = {
  server: "tea machine",
  idDetails: "ID is a cup.",
  noSuchClient: "No client has this cup",
  listHelp: "List the cups",
  listDetails: ["A cup a line."],
  kickHelp: "Empty a cup",
  kickDetails: ["Mind the carpet."],
};

function find(name: string): ServerCommand<ServerAdmin> {
  const command = clientCommands(WORDING).find((command) => command.name === name);
  if (command === undefined) throw new Error(`No command ${name}`);
  return command;
}

Deno.test("clientCommands() and exitCommand() speak of the server in its own words", () => {
  const commands = [...clientCommands(WORDING), exitCommand(WORDING)];
  assertEquals(commands.map(({ name, help, details }) => [name, help, details]), [
    ["list_clients", "List the cups", ["A cup a line."]],
    ["get_client", "Show one client, a value a line", ["ID is a cup."]],
    ["kick_client", "Empty a cup", ["ID is a cup.", "Mind the carpet."]],
    ["get_stats", "Show the tea machine's counters, a name and a value a line", undefined],
    ["exit", "Shut the tea machine down cleanly", undefined],
  ]);
});

Deno.test("clientCommands() log at level info what changes the server, and nothing else", () => {
  const commands = [...clientCommands(WORDING), exitCommand(WORDING)];
  const changing = commands.filter(({ changesServer }) => changesServer);
  assertEquals(changing.map(({ name }) => name), ["kick_client", "exit"]);
});

for (const name of ["get_client", "kick_client"]) {
  Deno.test(`clientCommands() refuse an ID of ${name} in the server's words`, () => {
    const command = find(name);
    const error = assertThrows(() => command.run(["7"], new FakeServerAdmin()), CommandError);
    assertEquals([error.code, error.message], ["NO_SUCH_CLIENT", "No client has this cup: 7"]);
  });
}

Deno.test("noSuchClient() names the ID", () => {
  const { code, message } = noSuchClient("x y", WORDING);
  assertEquals([code, message], ["NO_SUCH_CLIENT", "No client has this cup: x y"]);
});

Deno.test("exitCommand() shuts down only after its reply", async () => {
  const admin = new FakeServerAdmin();
  const { lines, afterReply } = await exitCommand(WORDING).run([], admin);
  assertEquals([lines, admin.calls], [["shutting down"], []]);
  afterReply?.();
  assertEquals(admin.calls, ["shutdown: Shut down by the operator"]);
});

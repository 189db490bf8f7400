import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CommandError } from "../../src/control/command.ts";
import { relayCommands } from "../../src/control/relay_commands.ts";
import { clientSummary, FakeAdmin } from "./fake_admin.ts";

function run(admin: FakeAdmin, name: string, ...args: string[]) {
  const command = relayCommands(admin).find((command) => command.name === name);
  if (command === undefined) throw new Error(`No command ${name}`);
  return command.run(args);
}

const pumpJson = {
  id: "pump-3",
  address: "127.0.0.1:5000",
  session: "0011223344556677",
  since: "2026-11-21T20:00:00.000Z",
  idle_ms: 1234,
  messages_in: 3,
  messages_out: 4,
  bytes_in: 300,
  bytes_out: 400,
};

Deno.test("relayCommands() stand in the order of help", () => {
  assertEquals(relayCommands(new FakeAdmin()).map(({ usage }) => usage), [
    "list_clients",
    "get_client ID",
    "kick_client ID [reason]",
    "get_stats",
    "broadcast TEXT",
    "ban IP|NAME [seconds]",
    "unban IP|NAME",
    "list_bans",
    "rotate_keys",
    "exit",
  ]);
});

Deno.test("list_clients names the token that a client came in with, in quotes if need be", async () => {
  const admin = new FakeAdmin();
  admin.clients = [clientSummary({ token: "pump 3" })];
  const { lines, data } = await run(admin, "list_clients");
  assertEquals(
    lines[0]?.split(" since=")[0],
    [
      "pump-3 127.0.0.1:5000 session=0011223344556677",
      'token="pump 3"',
    ].join(" "),
  );
  assertEquals(data, [{ ...pumpJson, token: "pump 3" }]);
});

Deno.test("list_clients gives a line a client, its id ready to be pasted", async () => {
  const admin = new FakeAdmin();
  admin.clients = [clientSummary(), clientSummary({ id: 'a "b"', address: "[::1]:7" })];
  const { lines, data } = await run(admin, "list_clients");
  const values = "session=0011223344556677 since=2026-11-21T20:00:00.000Z idle_ms=1234 " +
    "messages_in=3 messages_out=4 bytes_in=300 bytes_out=400";
  assertEquals(lines, [
    `pump-3 127.0.0.1:5000 ${values}`,
    String.raw`"a \"b\"" [::1]:7 ${values}`,
  ]);
  assertEquals(data, [pumpJson, { ...pumpJson, id: 'a "b"', address: "[::1]:7" }]);
});

Deno.test("list_clients gives nothing when there are none", async () => {
  const admin = new FakeAdmin();
  admin.clients = [];
  assertEquals(await run(admin, "list_clients"), { lines: [], data: [] });
});

for (const id of ["pump-3", "127.0.0.1:5000", "0011223344556677"]) {
  Deno.test(`get_client shows the client ${id}, a value a line`, async () => {
    const { lines, data } = await run(new FakeAdmin(), "get_client", id);
    assertEquals(lines, [
      "id pump-3",
      "address 127.0.0.1:5000",
      "session 0011223344556677",
      "since 2026-11-21T20:00:00.000Z",
      "idle_ms 1234",
      "messages_in 3",
      "messages_out 4",
      "bytes_in 300",
      "bytes_out 400",
    ]);
    assertEquals(data, pumpJson);
  });
}

for (const name of ["get_client", "kick_client"]) {
  Deno.test(`${name} knows no client of another id`, () => {
    const error = assertThrows(() => run(new FakeAdmin(), name, "nobody"), CommandError);
    assertEquals(error.code, "NO_SUCH_CLIENT");
    assertEquals(error.message, "No client has this name, address or session: nobody");
  });
}

Deno.test("kick_client passes the reason on", async () => {
  const admin = new FakeAdmin();
  const reply = await run(admin, "kick_client", "pump-3", "too noisy");
  assertEquals(reply, { lines: ["kicked pump-3"], data: { kicked: "pump-3" } });
  await run(admin, "kick_client", "pump-3");
  assertEquals(admin.calls, ["kick pump-3: too noisy", "kick pump-3: Kicked by the operator"]);
});

Deno.test("get_stats gives a line a number, with dots between the levels", async () => {
  const admin = new FakeAdmin();
  admin.statistics = {
    uptime_ms: 5,
    drops: { malformed: 3, of: { all: 0 } },
    clients: 2,
    none: {},
  };
  const { lines, data } = await run(admin, "get_stats");
  assertEquals(lines, ["uptime_ms 5", "drops.malformed 3", "drops.of.all 0", "clients 2"]);
  assertEquals(data, admin.statistics);
});

Deno.test("broadcast says how many clients it went to", async () => {
  const admin = new FakeAdmin();
  assertEquals(await run(admin, "broadcast", "hello all"), {
    lines: ["sent to 1 client"],
    data: { clients: 1 },
  });
  admin.clients = [];
  assertEquals((await run(admin, "broadcast", "x")).lines, ["sent to 0 clients"]);
  assertEquals(admin.calls, ["broadcast hello all", "broadcast x"]);
});

Deno.test("broadcast refuses an empty text", () => {
  const admin = new FakeAdmin();
  const error = assertThrows(() => run(admin, "broadcast", ""), CommandError);
  assertEquals([error.code, admin.calls.length], ["BAD_ARGUMENTS", 0]);
});

Deno.test("rotate_keys gives the new key's fingerprint", async () => {
  assertEquals(await run(new FakeAdmin(), "rotate_keys"), {
    lines: ["key SHA256:abc"],
    data: { key: "SHA256:abc" },
  });
});

Deno.test("exit shuts down only after its reply", async () => {
  const admin = new FakeAdmin();
  const { lines, afterReply } = await run(admin, "exit");
  assertEquals([lines, admin.calls], [["shutting down"], []]);
  afterReply?.();
  assertEquals(admin.calls, ["shutdown: Shut down by the operator"]);
});

Deno.test("list_clients shows of a client at another relay where it is, and no counters", async () => {
  const admin = new FakeAdmin();
  admin.clients = [clientSummary({ relay: "relay north" })];
  const { lines, data } = await run(admin, "list_clients");
  assertEquals(lines, [
    "pump-3 127.0.0.1:5000 session=0011223344556677 since=2026-11-21T20:00:00.000Z " +
    'relay="relay north"',
  ]);
  assertEquals(data, [{
    id: "pump-3",
    address: "127.0.0.1:5000",
    session: "0011223344556677",
    since: "2026-11-21T20:00:00.000Z",
    relay: "relay north",
  }]);
});

Deno.test("kick_client and broadcast wait for other relays", async () => {
  class SlowAdmin extends FakeAdmin {
    override kickClient(id: string): Promise<boolean> {
      return Promise.resolve(id === "pump-3");
    }

    override broadcast(): Promise<number> {
      return Promise.resolve(7);
    }
  }
  const admin = new SlowAdmin();
  assertEquals((await run(admin, "kick_client", "pump-3")).lines, ["kicked pump-3"]);
  assertEquals((await run(admin, "broadcast", "hi")).data, { clients: 7 });
  await assertRejects(async () => await run(admin, "kick_client", "nobody"), CommandError);
});

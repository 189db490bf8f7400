import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { CommandError } from "../../src/control/command.ts";
import { clientSummary } from "../control/fake_admin.ts";
import {
  commandRequest,
  HttpServiceFixture,
  textOfReply,
} from "../support/http_service_fixture.ts";

async function command(fixture: HttpServiceFixture, body: string | object) {
  const reply = await fixture.ask("/api/command", commandRequest(body));
  return { status: reply.status, json: JSON.parse(textOfReply(reply)), reply };
}

Deno.test("/api/command does a command and answers as the control port does", async () => {
  const fixture = new HttpServiceFixture();
  const { status, json } = await command(fixture, {
    id: 7,
    command: "kick_client",
    args: ["pump-3", "for", "maintenance"],
  });
  assertEquals(status, 200);
  assertEquals(json, {
    type: "reply",
    id: 7,
    command: "kick_client",
    ok: true,
    lines: ["kicked pump-3"],
    data: { kicked: "pump-3" },
  });
  assertEquals(fixture.fakes.admin.calls, ["kick pump-3: for maintenance"]);
  assertEquals(fixture.fakes.logger.lines[0], {
    level: "info",
    message: "http command",
    fields: { command: "kick_client", address: "127.0.0.1:5555", done: true },
  });
});

const refused: readonly {
  readonly name: string;
  readonly body: string | object;
  readonly status: number;
  readonly code: string;
}[] = [
  { name: "nothing", body: "", status: 400, code: "BAD_JSON" },
  { name: "a command as text", body: "exit", status: 400, code: "BAD_JSON" },
  { name: "an array", body: [{ command: "exit" }], status: 400, code: "BAD_JSON" },
  { name: "two commands", body: '{"command":"exit"}\n{}', status: 400, code: "BAD_JSON" },
  { name: "a strange member", body: { command: "exit", arg: [] }, status: 400, code: "BAD_JSON" },
  { name: "an unknown command", body: { command: "nope" }, status: 400, code: "UNKNOWN_COMMAND" },
  {
    name: "a member of objects",
    body: { command: "toString" },
    status: 400,
    code: "UNKNOWN_COMMAND",
  },
  {
    name: "too few arguments",
    body: { command: "get_client" },
    status: 400,
    code: "BAD_ARGUMENTS",
  },
  {
    name: "help on nothing",
    body: { command: "help", args: ["nope"] },
    status: 400,
    code: "UNKNOWN_COMMAND",
  },
  {
    name: "an unknown client",
    body: { command: "get_client", args: ["x"] },
    status: 404,
    code: "NO_SUCH_CLIENT",
  },
  {
    name: "an unknown ban",
    body: { command: "unban", args: ["x"] },
    status: 404,
    code: "NO_SUCH_BAN",
  },
  ...["logs", "log_level", "mode", "auth", "quit"].map((name) => ({
    name: `${name}, which is about a connection`,
    body: { command: name, args: ["on"] },
    status: 400,
    code: "UNKNOWN_COMMAND",
  })),
];

for (const { name, body, status, code } of refused) {
  Deno.test(`/api/command refuses ${name} with ${status} ${code}`, async () => {
    const fixture = new HttpServiceFixture();
    const { status: got, json } = await command(fixture, body);
    assertEquals([got, json.ok, json.error.code], [status, false, code]);
    assertFalse(fixture.fakes.admin.calls.some((call) => call.startsWith("shutdown")));
  });
}

Deno.test("/api/command takes JSON over several lines", async () => {
  const body = JSON.stringify({ command: "get_stats" }, null, 2);
  assertEquals((await command(new HttpServiceFixture(), `\n${body}\n`)).status, 200);
});

Deno.test("/api/command says 409 where a ban fails", async () => {
  const fixture = new HttpServiceFixture();
  fixture.fakes.admin.banError = new CommandError("BAN_FAILED", "Too many bans");
  const { status, json } = await command(fixture, { command: "ban", args: ["x"] });
  assertEquals([status, json.error], [409, { code: "BAN_FAILED", text: "Too many bans" }]);
});

Deno.test("/api/command tells nothing of what went wrong inside", async () => {
  const fixture = new HttpServiceFixture();
  fixture.fakes.admin.rotation = () => Promise.reject(new Error("inner"));
  const { status, json, reply } = await command(fixture, { command: "rotate_keys" });
  assertEquals([status, json.error.code], [500, "INTERNAL"]);
  assertFalse(textOfReply(reply).includes("inner"));
  const error = fixture.fakes.logger.lines.find(({ level }) => level === "error");
  assertEquals(error?.message, "http command failed");
  assertStringIncludes(String(error?.fields.error), "inner");
});

Deno.test("/api/command hands on what is to be done behind the reply of exit", async () => {
  const fixture = new HttpServiceFixture();
  const { status, reply } = await command(fixture, { command: "exit" });
  assertEquals(status, 200);
  assertEquals(fixture.fakes.admin.calls, []);
  reply.afterReply?.();
  assertEquals(fixture.fakes.admin.calls, ["shutdown: Shut down by the operator"]);
});

Deno.test("/api/command lists in help what it can do, and nothing about connections", async () => {
  const { status, json } = await command(new HttpServiceFixture(), { command: "help" });
  const names: string[] = json.data.map(({ name }: { name: string }) => name);
  assertEquals(status, 200);
  for (const name of ["kick_client", "exit", "help"]) assertEquals(names.includes(name), true);
  for (const name of ["logs", "auth", "quit"]) assertEquals(names.includes(name), false);
});

Deno.test("/api/command gives the name of a client as JSON text", async () => {
  const fixture = new HttpServiceFixture();
  const id = "<img src=x onerror=alert(1)>\u202e\u0007";
  fixture.fakes.admin.clients = [clientSummary({ id })];
  const { json, reply } = await command(fixture, { command: "list_clients" });
  assertEquals(json.data[0].id, id);
  assertEquals(reply.headers["Content-Type"], "application/json");
  assertEquals(reply.headers["X-Content-Type-Options"], "nosniff");
});

import { assert, assertEquals, assertFalse, assertStringIncludes, assertThrows } from "@std/assert";
import { CommandError, type ControlCommand } from "../../src/control/command.ts";
import { CommandTable } from "../../src/control/command_table.ts";
import { relayCommands } from "../../src/control/relay_commands.ts";
import { HushcastError } from "../../src/errors.ts";
import { CoreDriver } from "./core_driver.ts";
import { clientSummary, FakeAdmin } from "./fake_admin.ts";
import { logEntry } from "./fake_log.ts";

/** A driver whose greeting is read already. */
function greeted(): CoreDriver {
  const driver = new CoreDriver();
  assertEquals(driver.readLines(), ["# hushcast control 1"]);
  return driver;
}

for (
  const { command, lines } of [
    { command: "", lines: [] },
    {
      command: "get_stats",
      lines: ["= uptime_ms 5", "= drops.malformed 3", "= drops.stale 0", "OK"],
    },
    { command: "  broadcast  hi  all ", lines: ["= sent to 1 client", "OK"] },
    { command: 'kick_client "pump-3" "a b"', lines: ["= kicked pump-3", "OK"] },
    {
      command: "kick_client x",
      lines: ["ERR NO_SUCH_CLIENT No client has this name, address or session: x"],
    },
    { command: "nonsense 1 2", lines: ["ERR UNKNOWN_COMMAND No such command: nonsense; try help"] },
    {
      command: "list-clients",
      lines: ["ERR UNKNOWN_COMMAND No such command: list-clients; did you mean list_clients?"],
    },
    { command: "HELP", lines: ["ERR UNKNOWN_COMMAND No such command: HELP; try help"] },
    {
      command: '{"command":"help"}',
      lines: ['ERR UNKNOWN_COMMAND No such command, JSON needs mode json: {"command":"help"}'],
    },
    {
      command: "get_client",
      lines: ["ERR BAD_ARGUMENTS Wrong number of arguments, usage: get_client ID"],
    },
    {
      command: "get_stats now",
      lines: ["ERR BAD_ARGUMENTS Wrong number of arguments, usage: get_stats"],
    },
    {
      command: 'kick_client "x',
      lines: ['ERR BAD_QUOTING Cannot read arguments: no end of quote in "x'],
    },
    { command: "logs", lines: ["ERR BAD_ARGUMENTS Wrong number of arguments, usage: logs on|off"] },
    { command: "logs maybe", lines: ["ERR BAD_ARGUMENTS Want one of on, off, got maybe"] },
    { command: "logs off", lines: ["= logs off", "OK"] },
    { command: "mode xml", lines: ["ERR BAD_ARGUMENTS Want one of text, json, got xml"] },
    { command: "mode text", lines: ["= mode text", "OK"] },
    {
      command: "log_level loud",
      lines: [
        "ERR BAD_ARGUMENTS Want one of debug, info, warn, error, critical, got loud",
      ],
    },
    { command: "log_level WARN", lines: ["= log level warn", "OK"] },
    { command: "auth x", lines: ["= authorised", "OK"] },
    {
      command: "help kick_client",
      lines: [
        "= kick_client ID [reason]",
        "= End a client's session; it is told the reason",
        "= ID is the client's name, its ip:port, or its session id in hex.",
        '= A name with spaces needs quotes: kick_client "pump 3" maintenance',
        "OK",
      ],
    },
    { command: "help x", lines: ["ERR UNKNOWN_COMMAND No such command: x; try help"] },
  ]
) {
  Deno.test(`ConnectionCore answers ${command || "a blank line"} in text`, () => {
    assertEquals(greeted().send(`${command}\n`).readLines(), lines);
  });
}

Deno.test("ConnectionCore lists every command of PROTOCOL 1.9 in help", () => {
  const lines = greeted().send("help\n").readLines();
  assertEquals(lines.slice(0, -1).map((line) => line.slice(2).split("  ")[0]), [
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
    "logs on|off",
    "log_level LEVEL",
    "mode text|json",
    "auth TOKEN",
    "quit",
    "help [COMMAND]",
  ]);
  assertEquals(lines.at(-1), "OK");
});

Deno.test("CommandTable refuses two commands of one name", () => {
  const [command] = relayCommands(new FakeAdmin());
  assert(command);
  assertThrows(() => new CommandTable([command, command]), TypeError);
  assertThrows(() => new CommandTable([{ ...command, name: "quit" }]), TypeError);
});

Deno.test("ConnectionCore answers a line that is not UTF-8, and goes on", () => {
  const driver = greeted();
  driver.sendBytes(Uint8Array.of(0xff, 0x0a)).send("logs on\n");
  assertEquals(driver.readLines(), [
    "ERR NOT_UTF8 Cannot read command: it is not UTF-8",
    "= logs on",
    "OK",
  ]);
});

Deno.test("ConnectionCore lets no control character through, whatever it quotes", () => {
  const id = "\x1b[2Jevil\r\u202e\u2028\u0085";
  const driver = greeted();
  driver.admin.clients = [clientSummary({ id })];
  driver.core.log(logEntry("\x1b[31m\r= fake"));
  driver.core.publish({ event: "left", id, address: "127.0.0.1:1", reason: id });
  driver.send("list_clients\nmode json\nlist_clients\n");
  driver.core.log(logEntry("\x1b\u202e"));
  driver.core.publish({ event: "left", id, address: "127.0.0.1:1", reason: id });
  driver.send('\x1b\r"\u202e\n');
  const text = driver.read();
  assertFalse(/[^\P{Cc}\n]|[\p{Bidi_Control}\p{Zl}\p{Zp}]/u.test(text), JSON.stringify(text));
  const [, , reply] = text.trimEnd().split("\n").filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  assertEquals(reply, {
    type: "log",
    time: "2026-11-21T20:00:00.000Z",
    level: "info",
    message: "\x1b\u202e",
  });
});

Deno.test("ConnectionCore marks log lines that would look like a reply", () => {
  const driver = greeted();
  for (const text of ["OK", "OK then", "= x", "ERR X y", "# 5 log lines dropped", "fine"]) {
    driver.core.log({ text: () => text, json: () => ({}) });
  }
  assertEquals(driver.readLines(), [
    " OK",
    "OK then",
    " = x",
    " ERR X y",
    " # 5 log lines dropped",
    "fine",
  ]);
});

Deno.test("ConnectionCore asks for the log that its client wants", () => {
  const driver = greeted();
  driver.send("log_level debug\nlogs off\nlog_level error\nlogs on\n");
  const levels = driver.effects.map((effect) =>
    effect.kind === "follow_logs" ? effect.level : effect.kind
  );
  assertEquals(levels, ["INFO", "DEBUG", undefined, undefined, "ERROR"]);
});

Deno.test("ConnectionCore does commands one at a time, in order, while log lines go on", () => {
  const driver = greeted().send("rotate_keys\nget_stats\nlogs on\n");
  driver.core.log(logEntry("meanwhile"));
  assertFalse(driver.core.wantsInput);
  assertEquals(driver.readLines(), ["2026-11-21T20:00:00.000Z INFO  meanwhile"]);
  driver.take(driver.core.finish({ isDone: true, reply: { lines: ["key x"] } }, driver.nowMs));
  assertEquals(driver.readLines(), [
    "= key x",
    "OK",
    "= uptime_ms 5",
    "= drops.malformed 3",
    "= drops.stale 0",
    "OK",
    "= logs on",
    "OK",
  ]);
  assert(driver.core.wantsInput);
});

class RelayTroubleError extends HushcastError {
  readonly code = "RELAY_TROUBLE";
}

for (
  const { name, error, line } of [
    {
      name: "a command error",
      error: new CommandError("BAD_ARGUMENTS", "Not now"),
      line: "ERR BAD_ARGUMENTS Not now",
    },
    {
      name: "another coded error",
      error: new RelayTroubleError("Cannot make key\n"),
      line: String.raw`ERR RELAY_TROUBLE Cannot make key\u000a`,
    },
    {
      name: "an unexpected error, without its text",
      error: new TypeError("x is undefined"),
      line: "ERR INTERNAL The command failed, see the server's log",
    },
    {
      name: "a thrown text",
      error: "text",
      line: "ERR INTERNAL The command failed, see the server's log",
    },
  ]
) {
  Deno.test(`ConnectionCore answers ${name} of a command`, () => {
    const driver = greeted().send("rotate_keys\n");
    driver.take(driver.core.finish({ isDone: false, error }, driver.nowMs));
    assertEquals(driver.readLines(), [line]);
  });
}

Deno.test("ConnectionCore calls what exit asks for only once its reply is queued", () => {
  const driver = greeted().send("exit\n");
  assertEquals(driver.kinds, ["follow_logs", "run", "call"]);
  assertEquals(driver.readLines(), ["= shutting down", "OK"]);
  for (const effect of driver.effects) if (effect.kind === "call") effect.callback();
  assertEquals(driver.admin.calls, ["shutdown: Shut down by the operator"]);
});

Deno.test("ConnectionCore ignores the outcome of a command that it did not ask for", () => {
  const driver = greeted();
  assertEquals(driver.core.finish({ isDone: true, reply: { lines: ["x"] } }, 0), []);
  assertEquals(driver.readLines(), []);
});

Deno.test("ConnectionCore never shows an argument of auth", () => {
  const commands: ControlCommand[] = [];
  const driver = new CoreDriver({ token: "secret", commands });
  driver.send("auth wr0ng\n").advance(1_000).send("auth secret\nauth secret again\n");
  driver.advance(1_000);
  const text = driver.read();
  assertStringIncludes(text, "authorised");
  assertFalse(/secret|wr0ng/.test(text));
  assertFalse(/secret|wr0ng/.test(JSON.stringify(driver.effects)));
});

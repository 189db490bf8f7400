import { assertEquals } from "@std/assert";
import { CoreDriver } from "./core_driver.ts";
import { logEntry } from "./fake_log.ts";

/** A driver in JSON mode, of which nothing is left to read. */
function greetedJson(): CoreDriver {
  const driver = new CoreDriver().send("mode json\n");
  driver.read();
  return driver;
}

function json(driver: CoreDriver): unknown[] {
  return driver.readLines().map((line) => JSON.parse(line));
}

for (
  const { line, reply } of [
    {
      line: '{"id":7,"command":"broadcast","args":["hi"]}',
      reply: {
        type: "reply",
        id: 7,
        command: "broadcast",
        ok: true,
        lines: ["sent to 1 client"],
        data: { clients: 1 },
      },
    },
    {
      line: '{"command":"logs","args":["on"]}',
      reply: { type: "reply", command: "logs", ok: true, lines: ["logs on"] },
    },
    {
      line: "logs on",
      reply: { type: "reply", command: "logs", ok: true, lines: ["logs on"] },
    },
    {
      line: '{"id":"\\u001b","command":"nope"}',
      reply: {
        type: "reply",
        id: "\x1b",
        command: "nope",
        ok: false,
        error: { code: "UNKNOWN_COMMAND", text: "No such command: nope; try help" },
      },
    },
    {
      line: '{"id":8,"command":""}',
      reply: {
        type: "reply",
        id: 8,
        command: "",
        ok: false,
        error: { code: "UNKNOWN_COMMAND", text: "No such command: ; try help" },
      },
    },
    {
      line: '{"id":9,"args":[]}',
      reply: {
        type: "reply",
        id: 9,
        ok: false,
        error: { code: "BAD_JSON", text: "Cannot read JSON command: command must be a string" },
      },
    },
    {
      line: "{",
      reply: {
        type: "reply",
        ok: false,
        error: {
          code: "BAD_JSON",
          text: "Cannot read JSON command: the line is not a JSON object",
        },
      },
    },
  ]
) {
  Deno.test(`ConnectionCore answers ${line} in JSON`, () => {
    assertEquals(json(greetedJson().send(`${line}\n`)), [reply]);
  });
}

Deno.test("ConnectionCore answers mode in the new mode already", () => {
  const driver = new CoreDriver();
  driver.read();
  assertEquals(driver.send("mode json\n").readLines(), [
    '{"type":"reply","command":"mode","ok":true,"lines":["mode json"]}',
  ]);
  assertEquals(driver.send('{"id":1,"command":"mode","args":["text"]}\n').readLines(), [
    "= mode text",
    "OK",
  ]);
});

Deno.test("ConnectionCore streams log lines and events in JSON mode", () => {
  const driver = greetedJson();
  driver.core.log(logEntry("relay ready"));
  driver.core.publish({ event: "joined", id: "pump-3", address: "127.0.0.1:5000" });
  driver.core.publish({ event: "left", id: "pump-3", address: "127.0.0.1:5000", reason: "bye" });
  assertEquals(json(driver), [
    { type: "log", time: "2026-11-21T20:00:00.000Z", level: "info", message: "relay ready" },
    { type: "event", event: "joined", id: "pump-3", address: "127.0.0.1:5000" },
    { type: "event", event: "left", id: "pump-3", address: "127.0.0.1:5000", reason: "bye" },
  ]);
});

Deno.test("ConnectionCore has no events in text mode", () => {
  const driver = new CoreDriver();
  driver.read();
  driver.core.publish({ event: "joined", id: "pump-3", address: "127.0.0.1:5000" });
  assertEquals(driver.readLines(), []);
});

Deno.test("ConnectionCore with logs off drops log lines that still come, but no events", () => {
  const driver = greetedJson().send("logs off\n");
  driver.read();
  driver.core.log(logEntry("late"));
  driver.core.publish({ event: "joined", id: "a", address: "127.0.0.1:1" });
  assertEquals(json(driver), [{ type: "event", event: "joined", id: "a", address: "127.0.0.1:1" }]);
});

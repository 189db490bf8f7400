import { assert, assertEquals, assertFalse } from "@std/assert";
import { MAX_WAITING_REPLY_BYTES } from "../../src/control/connection_output.ts";
import {
  ERROR_FLUSH_MS,
  LINGER_MS,
  SHUTDOWN_FLUSH_MS,
  STALL_TIMEOUT_MS,
} from "../../src/control/connection_stage.ts";
import { MAX_LINE_BYTES } from "../../src/control/line_parser.ts";
import { OUTPUT_CHUNK_BYTES } from "../../src/control/output_queue.ts";
import { CoreDriver } from "./core_driver.ts";
import { clientSummary } from "./fake_admin.ts";
import { logEntry } from "./fake_log.ts";

function greeted(): CoreDriver {
  const driver = new CoreDriver();
  driver.read();
  driver.effects.length = 0;
  return driver;
}

/** One that was asked for far more than may wait, and whose client has read nothing of it. */
function stuck(): CoreDriver {
  const driver = greeted();
  driver.admin.clients = Array.from({ length: 10_000 }, (_, i) => clientSummary({ id: `c${i}` }));
  return driver.send("list_clients\nlogs on\n");
}

Deno.test("ConnectionCore ends after quit, and forgets what follows", () => {
  const driver = greeted().send("quit\nbroadcast never\n");
  assertEquals(driver.readLines(), ["OK"]);
  assertEquals(driver.kinds, ["follow_logs", "end_output"]);
  assert(driver.core.wantsInput);
  driver.send("broadcast never\n").end();
  assertEquals(driver.kinds.at(-1), "close");
  assertEquals(driver.admin.calls, []);
});

Deno.test("ConnectionCore closes after quit even if the client does not", () => {
  const driver = greeted().send("quit\n");
  driver.read();
  driver.advance(LINGER_MS - 1);
  assertEquals(driver.kinds.at(-1), "end_output");
  driver.advance(1);
  assertEquals(driver.kinds.at(-1), "close");
  assertEquals(driver.core.nextDeadline(), undefined);
});

Deno.test("ConnectionCore does what came before the end of input, then closes", () => {
  const driver = greeted().send("rotate_keys\nlogs on\nexi").end();
  assertFalse(driver.core.wantsInput);
  assertEquals(driver.kinds, ["run"]);
  driver.take(driver.core.finish({ isDone: true, reply: { lines: ["key"] } }, driver.nowMs));
  assertEquals(driver.readLines(), ["= key", "OK", "= logs on", "OK"]);
  assertEquals(driver.kinds.at(-1), "close");
  assertEquals(driver.admin.calls, ["rotate"]);
});

Deno.test("ConnectionCore closes an idle connection when its input ends", () => {
  const driver = greeted().end();
  assertEquals(driver.kinds, ["follow_logs", "close"]);
  assertEquals(driver.core.stage, "closed");
});

Deno.test("ConnectionCore answers a line that is too long, and closes", () => {
  const driver = greeted().send("x".repeat(MAX_LINE_BYTES + 1)).send("\nlogs on\n");
  const text = `Cannot read command: it is longer than ${MAX_LINE_BYTES} bytes`;
  assertEquals(driver.readLines(), [`ERR LINE_TOO_LONG ${text}`]);
  assertEquals(driver.kinds, ["follow_logs", "end_output"]);
});

Deno.test("ConnectionCore answers a line that is too long in JSON mode", () => {
  const driver = greeted().send("mode json\n");
  driver.read();
  driver.send("x".repeat(10_000));
  assertEquals(driver.readLines().map((line) => JSON.parse(line)), [{
    type: "reply",
    ok: false,
    error: {
      code: "LINE_TOO_LONG",
      text: `Cannot read command: it is longer than ${MAX_LINE_BYTES} bytes`,
    },
  }]);
});

Deno.test("ConnectionCore does not wait for ever for its last error to be read", () => {
  const driver = greeted().send("x".repeat(10_000)).advance(ERROR_FLUSH_MS);
  assertEquals(driver.kinds.at(-1), "close");
});

Deno.test("ConnectionCore takes log lines and events no more once it is closing", () => {
  const driver = greeted().send("mode json\nquit\n");
  driver.core.log(logEntry("late"));
  driver.core.publish({ event: "joined", id: "a", address: "127.0.0.1:1" });
  assertEquals(driver.readLines().length, 2);
});

Deno.test("ConnectionCore stops doing commands while too many bytes of replies wait", () => {
  const driver = stuck();
  assertFalse(driver.core.wantsInput);
  assertEquals(driver.kinds, ["run"]);
  const lines = driver.readLines();
  assertEquals(lines.length, 10_003);
  assertEquals(lines.slice(-3), ["OK", "= logs on", "OK"]);
  assert(driver.core.wantsInput);
});

Deno.test("ConnectionCore goes on with commands as soon as there is room", () => {
  const driver = stuck();
  while (!driver.kinds.includes("follow_logs")) driver.read(OUTPUT_CHUNK_BYTES);
  const waiting = driver.read().length;
  assert(waiting > MAX_WAITING_REPLY_BYTES / 2 && waiting < 2 * MAX_WAITING_REPLY_BYTES);
});

Deno.test("ConnectionCore bounds the replies to a flood of small commands", () => {
  const driver = greeted();
  for (let i = 0; i < 2_000 && driver.core.wantsInput; i++) driver.send("help\n".repeat(100));
  const { length } = driver.read(Infinity);
  assert(length > MAX_WAITING_REPLY_BYTES, `${length}`);
  assert(driver.core.wantsInput);
});

Deno.test("ConnectionCore gives up a reader that takes none of its replies", () => {
  const driver = stuck().advance(STALL_TIMEOUT_MS - 1);
  assertEquals(driver.core.stage, "open");
  driver.advance(1);
  assertEquals(driver.kinds.at(-1), "close");
});

Deno.test("ConnectionCore gives up one that sends nonsense and reads none of the errors", () => {
  const driver = greeted();
  while (driver.core.wantsInput) driver.send("nonsense\n".repeat(100));
  driver.advance(STALL_TIMEOUT_MS);
  assertEquals(driver.kinds, ["close"]);
});

Deno.test("ConnectionCore waits for a reader that is slow but reads", () => {
  const driver = stuck();
  for (let i = 0; i < 100; i++) {
    driver.advance(STALL_TIMEOUT_MS - 1);
    assertEquals(driver.read(100).length, 100);
  }
  assertEquals(driver.core.stage, "open");
});

Deno.test("ConnectionCore has all the time for a reader that is owed little", () => {
  const driver = greeted().send("help\n");
  driver.core.log(logEntry("x"));
  assertEquals(driver.core.nextDeadline(), undefined);
});

Deno.test("ConnectionCore writes a large reply whole before it quits", () => {
  const driver = stuck().send("quit\n");
  for (let i = 0; i < 20; i++) {
    driver.advance(STALL_TIMEOUT_MS - 1);
    driver.read(100_000);
  }
  assertEquals(driver.written.split("\n").slice(-5), ["OK", "= logs on", "OK", "OK", ""]);
  assertEquals(driver.kinds.slice(-2), ["end_output", "close"]);
});

Deno.test("ConnectionCore gives up a reader that takes nothing after quit", () => {
  const driver = greeted().send("quit\n").advance(STALL_TIMEOUT_MS);
  assertEquals(driver.kinds.at(-1), "close");
});

Deno.test("ConnectionCore tells of a shutdown in JSON mode, and closes when that is written", () => {
  const driver = greeted().send("mode json\n");
  driver.core.log(logEntry("last words"));
  driver.take(driver.core.shutdown("bye", driver.nowMs));
  driver.core.log(logEntry("too late"));
  assertEquals(driver.core.stage, "flushing");
  assertEquals(driver.readLines().map((line) => JSON.parse(line).event ?? line.slice(0, 13)), [
    '{"type":"repl',
    '{"type":"log"',
    "shutdown",
  ]);
  assertEquals(driver.kinds.at(-1), "close");
});

Deno.test("ConnectionCore waits half a second at most at a shutdown", () => {
  const driver = stuck();
  driver.take(driver.core.shutdown("bye", driver.nowMs));
  driver.read(100);
  driver.advance(SHUTDOWN_FLUSH_MS - 1);
  assertEquals(driver.core.stage, "flushing");
  driver.advance(1);
  assertEquals(driver.kinds.at(-1), "close");
});

Deno.test("ConnectionCore shuts down at once when it is only lingering", () => {
  const driver = greeted().send("quit\n");
  driver.read();
  driver.take(driver.core.shutdown("bye", driver.nowMs));
  assertEquals(driver.kinds.at(-1), "close");
  assertEquals(driver.core.shutdown("bye", driver.nowMs), []);
});

Deno.test("ConnectionCore.abort() closes once, and nothing comes after it", () => {
  const driver = stuck();
  assertEquals(driver.core.abort(), [{ kind: "close" }]);
  assertEquals(driver.core.abort(), []);
  assertEquals(driver.core.output(), undefined);
  assertEquals(driver.core.tick(1e9), []);
  assertFalse(driver.core.wantsInput);
});

Deno.test("ConnectionCore tells a slow reader how many lines it lost", () => {
  const driver = greeted();
  for (let i = 1; i <= 1_137; i++) driver.core.log(logEntry(`line ${i}`));
  const lines = driver.readLines();
  assertEquals(lines.length, 1_001);
  assertEquals(lines[0], "# 137 log lines dropped");
  assertEquals(lines.at(-1), "2026-11-21T20:00:00.000Z INFO  line 1137");
});

Deno.test("ConnectionCore tells a slow reader in JSON mode how many lines it lost", () => {
  const driver = greeted().send("mode json\n");
  for (let i = 1; i <= 1_001; i++) driver.core.log(logEntry(`line ${i}`));
  const lines = driver.readLines();
  assertEquals(lines[1], '{"type":"event","event":"log_lines_dropped","count":1}');
});

Deno.test("ConnectionCore tells of lost lines in the mode that they had", () => {
  const driver = greeted();
  driver.core.log(logEntry("text"));
  driver.send("mode json\n");
  for (let i = 1; i <= 1_001; i++) driver.core.log(logEntry(`line ${i}`));
  const lines = driver.readLines();
  assertEquals(lines[0], "# 1 log line dropped");
  assertEquals(JSON.parse(lines[2] ?? ""), { type: "event", event: "log_lines_dropped", count: 1 });
});

Deno.test("ConnectionCore ends at an HTTP request, before its body is taken for commands", () => {
  const driver = greeted().send("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nbroadcast boo\nexit\n");
  assertEquals(driver.readLines(), ["ERR NO_HTTP This port does not speak HTTP"]);
  assertEquals(driver.admin.calls, []);
});

import { assert, assertEquals, assertFalse } from "@std/assert";
import { AUTH_TIMEOUT_MS } from "../../src/control/authorisation.ts";
import { ERROR_FLUSH_MS, LINGER_MS } from "../../src/control/connection_stage.ts";
import { TokenGate } from "../../src/control/token_gate.ts";
import { CoreDriver } from "./core_driver.ts";
import { logEntry } from "./fake_log.ts";

const failed = "ERR AUTH_FAILED Wrong token";

function greeted(gate = new TokenGate("secret")): CoreDriver {
  const driver = new CoreDriver({ gate });
  assertEquals(driver.readLines(), ["# hushcast control 1"]);
  return driver;
}

for (const command of ["list_clients", "exit", "logs on", "log_level debug", "mode json", "nope"]) {
  Deno.test(`ConnectionCore refuses ${command} before auth`, () => {
    const driver = greeted().send(`${command}\n`);
    assertEquals(driver.readLines(), ["ERR AUTH_REQUIRED Send auth TOKEN first"]);
    assertEquals(driver.effects, []);
  });
}

Deno.test("ConnectionCore explains itself before auth", () => {
  assertEquals(greeted().send("help quit\n").readLines(), [
    "= quit",
    "= End this connection",
    "OK",
  ]);
});

Deno.test("ConnectionCore takes quit before auth", () => {
  const driver = greeted().send("quit\n");
  assertEquals(driver.readLines(), ["OK"]);
  assertEquals(driver.kinds, ["follow_logs", "end_output"]);
});

Deno.test("ConnectionCore grants the token at once, and then streams the log", () => {
  const driver = greeted();
  driver.core.log(logEntry("before"));
  driver.core.publish({ event: "joined", id: "a", address: "127.0.0.1:1" });
  driver.send("auth secret\nget_stats\n");
  driver.core.log(logEntry("after"));
  assertEquals(driver.readLines(), [
    "= authorised",
    "OK",
    "= uptime_ms 5",
    "= drops.malformed 3",
    "= drops.stale 0",
    "OK",
    "2026-11-21T20:00:00.000Z INFO  after",
  ]);
  assertEquals(driver.effects[0], { kind: "follow_logs", level: "INFO" });
  assertEquals(driver.core.nextDeadline(), undefined);
});

Deno.test("ConnectionCore takes a quoted token", () => {
  const driver = new CoreDriver({ token: 'a "b" \\' });
  driver.send(String.raw`auth "a \"b\" \\"` + "\n");
  assertEquals(driver.readLines().slice(1), ["= authorised", "OK"]);
});

Deno.test("ConnectionCore answers wrong tokens ever later, and closes after the third", () => {
  const driver = greeted();
  for (const delayMs of [500, 1_000, 2_000]) {
    driver.send("auth wrong\nhelp quit\n");
    assertFalse(driver.core.wantsInput);
    assertEquals(driver.advance(delayMs - 1).readLines(), []);
    const rest = delayMs === 2_000 ? [] : ["= quit", "= End this connection", "OK"];
    assertEquals(driver.advance(1).readLines(), [failed, ...rest]);
  }
  assertEquals(driver.kinds, ["follow_logs", "end_output"]);
  assertEquals(driver.send("auth secret\n").readLines(), []);
  driver.advance(LINGER_MS);
  assertEquals(driver.kinds.at(-1), "close");
});

Deno.test("ConnectionCore remembers failures of a source across connections", () => {
  const gate = new TokenGate("secret");
  greeted(gate).send("auth wrong\n").advance(500).send("auth wrong\n").end();
  const driver = greeted(gate);
  driver.nowMs += 2_000;
  driver.send("auth wrong\n");
  assertEquals(driver.advance(1_999).readLines(), []);
  assertEquals(driver.advance(1).readLines(), [failed]);
});

Deno.test("ConnectionCore lets the right token wait behind a wrong one of another connection", () => {
  const gate = new TokenGate("secret");
  greeted(gate).send("auth wrong\n");
  const driver = greeted(gate).send("auth secret\n");
  assertEquals(driver.advance(499).readLines(), []);
  assertFalse(driver.core.isAuthorised);
  assertEquals(driver.advance(1).readLines(), ["= authorised", "OK"]);
  assert(driver.core.isAuthorised);
});

Deno.test("ConnectionCore does not count an auth without a token", () => {
  const driver = greeted().send("auth\nauth \n");
  const line = "ERR BAD_ARGUMENTS Wrong number of arguments, usage: auth TOKEN";
  assertEquals(driver.readLines(), [line, line]);
});

Deno.test("ConnectionCore closes a connection without a token in time", () => {
  const driver = greeted();
  assertEquals(driver.advance(AUTH_TIMEOUT_MS - 1).readLines(), []);
  assertEquals(driver.advance(1).readLines(), ["ERR AUTH_TIMEOUT No token within 10 s"]);
  assertEquals(driver.kinds, ["follow_logs", "end_output"]);
});

Deno.test("ConnectionCore closes a silent reader without a token all the same", () => {
  const driver = greeted();
  driver.advance(AUTH_TIMEOUT_MS + ERROR_FLUSH_MS);
  assertEquals(driver.kinds.at(-1), "close");
  assertEquals(driver.core.output(), undefined);
});

Deno.test("ConnectionCore ends the wait for an answer at the time-out too", () => {
  const gate = new TokenGate("secret");
  const driver = greeted(gate).advance(AUTH_TIMEOUT_MS - 200);
  driver.send("auth wrong\n");
  assertEquals(driver.advance(200).readLines(), ["ERR AUTH_TIMEOUT No token within 10 s"]);
  driver.advance(10_000);
  assertEquals(driver.written.includes(failed), false);
  assertEquals(driver.kinds.at(-1), "close");
});

Deno.test("ConnectionCore tells strangers nothing at a shutdown", () => {
  const driver = greeted();
  driver.take(driver.core.shutdown("bye", driver.nowMs));
  assertEquals(driver.kinds, ["follow_logs", "close"]);
  assertEquals(driver.written, "# hushcast control 1\n");
});

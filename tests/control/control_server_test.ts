import { LogLevels, LogRecord } from "@std/log";
import {
  assert,
  assertEquals,
  assertGreater,
  assertLess,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { LogHub } from "../../src/observe/log_hub.ts";
import { clientSummary } from "./fake_admin.ts";
import { FakeClock } from "./fake_clock.ts";
import { RawClient } from "./raw_client.ts";
import { ServerFixture, until } from "./server_fixture.ts";

Deno.test("ControlServer serves a plain TCP client", async () => {
  await using fixture = new ServerFixture();
  using client = await RawClient.greeted(fixture.endpoint);
  await client.send("get_stats\r\nkick_client pump-3 too noisy\n");
  assertEquals(await client.readReply(), [
    "= uptime_ms 5",
    "= drops.malformed 3",
    "= drops.stale 0",
    "OK",
  ]);
  assertEquals(await client.readReply(), ["= kicked pump-3", "OK"]);
  fixture.log.write("relay is well");
  assertEquals(await client.readLine(), "2026-11-21T20:00:00.000Z INFO  relay is well");
  assertEquals(fixture.admin.calls, ["kick pump-3: too noisy"]);
});

Deno.test("ControlServer answers what was sent before the client ended its input", async () => {
  await using fixture = new ServerFixture();
  using client = await RawClient.connect(fixture.endpoint);
  await client.send("rotate_keys\nlist_clients\nmode json\nquit");
  await client.endInput();
  const lines = await client.readToEnd();
  assertEquals(lines.slice(0, 3), ["# hushcast control 1", "= key SHA256:abc", "OK"]);
  assertEquals(lines.length, 6);
  await until(() => fixture.server.connectionCount === 0);
});

Deno.test("ControlServer ends a connection after quit", async () => {
  await using fixture = new ServerFixture();
  using client = await RawClient.greeted(fixture.endpoint);
  await client.send("quit\n");
  assertEquals(await client.readToEnd(), ["OK"]);
});

Deno.test("ControlServer serves several clients, each in its own mode and at its own level", async () => {
  await using fixture = new ServerFixture();
  using text = await RawClient.greeted(fixture.endpoint);
  using json = await RawClient.greeted(fixture.endpoint);
  await json.send("mode json\nlog_level error\n");
  await json.readLines(2);
  await text.send("log_level debug\n");
  await text.readReply();
  fixture.log.write("detail", "DEBUG");
  fixture.log.write("trouble", "ERROR");
  fixture.server.publish({ event: "joined", id: "pump-3", address: "127.0.0.1:5000" });
  assertEquals((await json.readLines(2)).map((line) => JSON.parse(line ?? "")), [
    { type: "log", time: "2026-11-21T20:00:00.000Z", level: "info", message: "trouble" },
    { type: "event", event: "joined", id: "pump-3", address: "127.0.0.1:5000" },
  ]);
  assertEquals(await text.readLines(2), [
    "2026-11-21T20:00:00.000Z INFO  detail",
    "2026-11-21T20:00:00.000Z INFO  trouble",
  ]);
});

Deno.test("ControlServer leaves the log when a client has gone", async () => {
  await using fixture = new ServerFixture();
  const client = await RawClient.greeted(fixture.endpoint);
  await until(() => fixture.log.readerCount === 1);
  client[Symbol.dispose]();
  await until(() => fixture.log.readerCount === 0);
  await until(() => fixture.server.connectionCount === 0);
});

Deno.test("ControlServer answers a line of 10 MB with an error that its sender can read", async () => {
  await using fixture = new ServerFixture();
  using client = await RawClient.greeted(fixture.endpoint);
  const megabyte = new Uint8Array(1_000_000).fill(0x78);
  for (let i = 0; i < 10; i++) await client.sendBytes(megabyte);
  assertEquals(await client.readToEnd(), [
    "ERR LINE_TOO_LONG Cannot read command: it is longer than 4096 bytes",
  ]);
});

Deno.test("ControlServer lets one that does not read lose lines, and slows nobody else", async () => {
  await using fixture = new ServerFixture();
  using slow = await RawClient.greeted(fixture.endpoint);
  using fast = await RawClient.greeted(fixture.endpoint);
  await until(() => fixture.log.readerCount === 2);
  const total = 50_000;
  const filling = "x".repeat(300);
  for (let from = 0; from < total; from += 500) {
    for (let i = from; i < from + 500; i++) fixture.log.write(`${i} ${filling}`);
    for (let i = from; i < from + 500; i++) {
      assertEquals((await fast.readLine())?.split(" ", 4)[3], `${i}`);
    }
  }
  await slow.send("logs off\n");
  const lines = await slow.readReply();
  const lost = lines.find((line) => line.startsWith("#"))?.split(" ")[1];
  const gap = lines.findIndex((line) => line.startsWith("#"));
  assertEquals(lines.slice(-2), ["= logs off", "OK"]);
  assertEquals(lines.length - 3 + Number(lost), total);
  assertEquals(lines[gap + 1]?.split(" ", 4)[3], `${gap + Number(lost)}`);
  assertGreater(Number(lost), 0);
  assertEquals(lines.slice(gap + 1, -2).length, 1_000);
});

Deno.test("ControlServer gives a large reply whole to one who reads it late", async () => {
  await using fixture = new ServerFixture();
  fixture.admin.clients = Array.from({ length: 10_000 }, (_, i) => clientSummary({ id: `c${i}` }));
  using client = await RawClient.greeted(fixture.endpoint);
  await client.send("list_clients\n".repeat(5) + "logs off\n");
  for (let i = 0; i < 3_000; i++) {
    fixture.log.write(`line ${i}`);
    if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  for (let i = 0; i < 5; i++) {
    const lines = (await client.readReply()).filter((line) => line.startsWith("= "));
    assertEquals(lines.length, 10_000);
    assertStringIncludes(lines[9_999] ?? "", "= c9999 127.0.0.1:5000 session=");
  }
});

Deno.test("ControlServer refuses the connection past the bound, and takes one when one has gone", async () => {
  await using fixture = new ServerFixture({ maxConnections: 2 });
  using _first = await RawClient.greeted(fixture.endpoint);
  const second = await RawClient.greeted(fixture.endpoint);
  using third = await RawClient.greeted(fixture.endpoint);
  assertEquals(await third.readToEnd(), [
    "ERR TOO_MANY_CONNECTIONS All control connections are taken, try again later",
  ]);
  second[Symbol.dispose]();
  await until(() => fixture.server.connectionCount === 1);
  using fourth = await RawClient.greeted(fixture.endpoint);
  await fourth.send("logs off\n");
  assertEquals(await fourth.readReply(), ["= logs off", "OK"]);
});

Deno.test("ControlServer bears 100 connections that say nothing", async () => {
  await using fixture = new ServerFixture();
  using silent = new DisposableStack();
  for (let i = 0; i < 100; i++) silent.use(await RawClient.connect(fixture.endpoint));
  await until(() => fixture.server.connectionCount === 64);
});

Deno.test("ControlServer lets an operator in past 100 strangers who say nothing", async () => {
  await using fixture = new ServerFixture({ token: "secret" });
  using strangers = new DisposableStack();
  using watcher = await RawClient.greeted(fixture.endpoint);
  await watcher.send("auth secret\nlogs off\n");
  await watcher.readLines(4);
  for (let i = 0; i < 100; i++) strangers.use(await RawClient.connect(fixture.endpoint));
  using operator = await RawClient.greeted(fixture.endpoint);
  await operator.send("auth secret\nbroadcast hi\n");
  assertEquals(await operator.readLines(4), ["= authorised", "OK", "= sent to 1 client", "OK"]);
  await watcher.send("broadcast still here\n");
  assertEquals(await watcher.readReply(), ["= sent to 1 client", "OK"]);
  assertLess(fixture.server.connectionCount, 65);
});

Deno.test("ControlServer delays the answers to wrong tokens, and remembers their source", async () => {
  const clock = new FakeClock();
  await using fixture = new ServerFixture({ token: "secret", clock });
  const attempt = async (client: RawClient, delayMs: number) => {
    const timers = clock.timerCount;
    await client.send("auth wrong\nhelp quit\n");
    // Both the time-out and the answer wait in one timer, so its deadline tells that it was set.
    await until(() => clock.timerCount === timers && clock.nextMs === clock.nowMs() + delayMs);
    clock.advance(delayMs);
    assertEquals(await client.readLine(), "ERR AUTH_FAILED Wrong token");
  };
  using first = await RawClient.greeted(fixture.endpoint);
  await attempt(first, 500);
  await first.readLines(3);
  await attempt(first, 1_000);
  first[Symbol.dispose]();
  await until(() => fixture.server.connectionCount === 0);
  using second = await RawClient.greeted(fixture.endpoint);
  await attempt(second, 2_000);
  await second.readLines(3);
  await second.send("auth secret\n");
  assertEquals(await second.readReply(), ["= authorised", "OK"]);
});

Deno.test("ControlServer closes a connection that is not authorised in time", async () => {
  const clock = new FakeClock();
  await using fixture = new ServerFixture({ token: "secret", clock });
  using client = await RawClient.greeted(fixture.endpoint);
  clock.advance(10_000);
  assertEquals(await client.readToEnd(), ["ERR AUTH_TIMEOUT No token within 10 s"]);
});

Deno.test("ControlServer keeps tokens and broadcasts out of its log", async () => {
  await using fixture = new ServerFixture({ token: "secret" });
  using client = await RawClient.greeted(fixture.endpoint);
  await client.send("auth secret\nbroadcast plaintext\nget_stats\nkick_client nobody\nquit\n");
  await client.readToEnd();
  client[Symbol.dispose]();
  await until(() => fixture.server.connectionCount === 0);
  const commands = fixture.logger.lines.filter(({ message }) => message === "control command");
  assertEquals(commands.map(({ level, fields }) => [level, fields.command, fields.done]), [
    ["info", "broadcast", true],
    ["debug", "get_stats", true],
    ["info", "kick_client", false],
  ]);
  assert(!/secret|plaintext/.test(JSON.stringify(fixture.logger.lines)));
});

Deno.test("ControlServer survives a command that throws, and logs why", async () => {
  await using fixture = new ServerFixture();
  fixture.admin.rotation = () => Promise.reject(new TypeError("x is undefined"));
  using client = await RawClient.greeted(fixture.endpoint);
  await client.send("rotate_keys\nlogs off\n");
  assertEquals(await client.readReply(), ["ERR INTERNAL The command failed, see the server's log"]);
  assertEquals(await client.readReply(), ["= logs off", "OK"]);
  const [line] = fixture.logger.lines.filter(({ level }) => level === "error");
  assertEquals(line?.message, "control command failed");
  assertStringIncludes(String(line?.fields.error), "x is undefined");
});

Deno.test("ControlServer.close() gives each client its last lines, then closes", async () => {
  await using fixture = new ServerFixture();
  using text = await RawClient.greeted(fixture.endpoint);
  using json = await RawClient.greeted(fixture.endpoint);
  await json.send("mode json\n");
  await json.readLine();
  fixture.admin.shutdown = (reason) => {
    fixture.log.write("relay stops");
    fixture.server.close(reason);
  };
  await text.send("exit\n");
  assertEquals(await text.readToEnd(), [
    "= shutting down",
    "OK",
    "2026-11-21T20:00:00.000Z INFO  relay stops",
  ]);
  const lines = (await json.readToEnd()).map((line) => JSON.parse(line));
  assertEquals(lines.map(({ type }) => type), ["log", "event"]);
  assertEquals(lines[1], {
    type: "event",
    event: "shutdown",
    reason: "Shut down by the operator",
  });
  await fixture.server.close("again");
  await assertRejects(() => RawClient.connect(fixture.endpoint), Deno.errors.ConnectionRefused);
});

Deno.test("ControlServer.close() waits half a second for one that does not read", async () => {
  const clock = new FakeClock();
  await using fixture = new ServerFixture({ clock });
  fixture.admin.clients = Array.from({ length: 50_000 }, (_, i) => clientSummary({ id: `c${i}` }));
  using client = await RawClient.greeted(fixture.endpoint);
  await client.send("list_clients\n");
  await until(() => fixture.logger.lines.some(({ message }) => message === "control command"));
  let isClosed = false;
  const closing = fixture.server.close("bye").then(() => isClosed = true);
  clock.advance(499);
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert(!isClosed);
  clock.advance(1);
  await closing;
});

Deno.test("ControlServer.close() does not wait for a command that runs", async () => {
  await using fixture = new ServerFixture();
  const rotation = Promise.withResolvers<string>();
  fixture.admin.rotation = () => rotation.promise;
  using client = await RawClient.greeted(fixture.endpoint);
  await client.send("rotate_keys\n");
  await until(() => fixture.admin.calls.length === 1);
  await fixture.server.close("bye");
  assertEquals(await client.readToEnd(), []);
  rotation.resolve("SHA256:abc");
});

Deno.test("ControlServer streams a LogHub", async () => {
  const hub = new LogHub();
  await using fixture = new ServerFixture({ logs: hub });
  using client = await RawClient.greeted(fixture.endpoint);
  await client.send("mode json\nlog_level warn\n");
  await client.readLines(2);
  const args = [{ type: "x", id: "\x1b" }];
  for (const level of [LogLevels.INFO, LogLevels.WARN]) {
    hub.handle(new LogRecord({ msg: "odd datagram", args, level, loggerName: "default" }));
  }
  const { time: _time, ...members } = JSON.parse((await client.readLine()) ?? "");
  assertEquals(members, {
    type: "log",
    level: "warn",
    message: "odd datagram",
    type_: "x",
    id: "\x1b",
  });
  await client.send("quit\n");
  await client.readToEnd();
  assertEquals(hub.size, 0);
});

import { assertEquals, assertGreater, assertMatch } from "@std/assert";
import { startRelay } from "../../scripts/hushcast_process.ts";
import { type Route, routeTo, runHushcast, startClient } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const MEBIBYTE = 1024 * 1024;

for (const route of ["unicast", "multicast"] satisfies Route[]) {
  Deno.test(`three clients talk by ${route}, and nobody hears himself`, async () => {
    await using state = await temporaryDirectory();
    await using relay = await startRelay(state.path);
    const way = routeTo(relay, route);
    await using ann = await startClient(relay, "chat", "ann", state.path, way);
    await using bob = await startClient(relay, "chat", "bob", state.path, way);
    await using log = await startClient(relay, "listen", "log", state.path, [...way, "--json"]);
    await ann.type("hello from ann");
    await bob.line(/ann.*hello from ann/);
    await log.line(/"sender":"ann".*"text":"hello from ann"/);
    await bob.type("hello from bob");
    await ann.line(/bob.*hello from bob/);
    await log.line(/"sender":"bob".*"text":"hello from bob"/);
    assertEquals(ann.stdout.filter((line) => line.includes("hello from ann")), []);
  });

  Deno.test(`a message of 1 MiB arrives whole by ${route}`, async () => {
    await using state = await temporaryDirectory();
    await using relay = await startRelay(state.path);
    const way = routeTo(relay, route);
    await using log = await startClient(relay, "listen", "log", state.path, [
      ...way,
      ...["--json", "--count", "1"],
    ]);
    const bytes = new Uint8Array(MEBIBYTE);
    for (let at = 0; at < MEBIBYTE; at += 65_536) {
      crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    }
    const file = `${state.path}/message.bin`;
    await Deno.writeFile(file, bytes);
    const sent = await runHushcast(["send", ...way, "--state", state.path, "--file", file]);
    assertEquals(sent.code, 0, sent.stderr.join("\n"));
    const { input } = await log.line(/"type":"message"/);
    assertEquals(JSON.parse(input).base64, bytes.toBase64());
    assertEquals(await log.ended(), 0);
  });
}

Deno.test("lines of standard input arrive as messages, in order", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using log = await startClient(relay, "listen", "log", state.path, [
    ...routeTo(relay, "unicast"),
    ...["--count", "50"],
  ]);
  await using ann = await startClient(relay, "chat", "ann", state.path);
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`);
  for (const line of lines) await ann.type(line);
  await ann.endInput();
  assertEquals(await log.ended(), 0);
  assertEquals(log.stdout, lines.map((line) => `ann\t${line}`));
  assertEquals(await ann.ended(), 0);
});

Deno.test("kill -9 of a client is told to the others after the time-out", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, ["--client-timeout", "2"]);
  const json = [...routeTo(relay, "unicast"), "--json"];
  await using log = await startClient(relay, "listen", "log", state.path, json);
  await using ann = await startClient(relay, "chat", "ann", state.path);
  await log.line(/"type":"joined","id":"ann"/);
  const killedMs = performance.now();
  ann.kill("SIGKILL");
  await log.line(/"type":"left","id":"ann"/);
  assertGreater(performance.now() - killedMs, 500);
  assertMatch(relay.process.stderr.join("\n"), /client removed id=ann .*reason=timed_out/);
  // The listener said nothing all the time, and is still there by its keep-alives.
  const list = await runHushcast(["control", "--port", `${relay.controlPort}`, "list_clients"]);
  assertMatch(list.stdout.join("\n"), /^log /);
});

Deno.test("clients come back by themselves when the relay is restarted", async () => {
  await using state = await temporaryDirectory();
  await using first = await startRelay(state.path);
  await using ann = await startClient(first, "chat", "ann", state.path);
  await using log = await startClient(first, "listen", "log", state.path);
  first.process.kill("SIGTERM");
  assertEquals(await first.process.ended(), 0);
  await using second = await startRelay(state.path, ["--port", `${first.port}`]);
  await second.process.errorLine(/client registered id=ann /);
  await second.process.errorLine(/client registered id=log /);
  await ann.type("back again");
  await log.line(/ann\tback again/);
});

Deno.test("clients come back when the relay was killed and said no goodbye", async () => {
  await using state = await temporaryDirectory();
  await using first = await startRelay(state.path, ["--client-timeout", "3"]);
  await using ann = await startClient(first, "chat", "ann", state.path);
  await using log = await startClient(first, "listen", "log", state.path);
  first.process.kill("SIGKILL");
  await first.process.ended();
  await using second = await startRelay(state.path, ["--port", `${first.port}`]);
  await second.process.errorLine(/client registered id=ann /);
  await second.process.errorLine(/client registered id=log /);
  await ann.type("back again");
  await log.line(/ann\tback again/);
});

Deno.test("another relay in the place of a known one is refused with exit code 3", async () => {
  await using known = await temporaryDirectory();
  await using other = await temporaryDirectory();
  await using first = await startRelay(known.path);
  const send = (relay: string, ...flags: string[]) =>
    runHushcast(["send", "hello", "--relay", relay, "--state", known.path, ...flags]);
  assertEquals((await send(first.relay)).code, 0);
  const wrongPin = await send(first.relay, "--identity", `SHA256:${"A".repeat(43)}`);
  assertEquals(wrongPin.code, 3);
  assertEquals((await send(first.relay, "--identity", first.identity)).code, 0);
  await first[Symbol.asyncDispose]();
  await using impostor = await startRelay(other.path, ["--port", `${first.port}`]);
  const refused = await send(impostor.relay);
  assertEquals(refused.code, 3);
  assertMatch(refused.stderr.join("\n"), /known_relays/);
  assertMatch(refused.stderr.join("\n"), /SHA256:/);
});

Deno.test("send and listen end with exit code 3 when no relay answers", async () => {
  await using state = await temporaryDirectory();
  const silent = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr as Deno.NetAddr; // A UDP socket has a net address.
  try {
    for (const command of [["send", "hello"], ["listen"]]) {
      const { code, stderr } = await runHushcast([
        ...command,
        ...["--relay", `127.0.0.1:${port}`, "--state", state.path, "--timeout", "1"],
      ]);
      assertEquals(code, 3, stderr.join("\n"));
    }
  } finally {
    silent.close();
  }
});

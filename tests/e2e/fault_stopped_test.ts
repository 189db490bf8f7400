import { assertEquals, assertLess } from "@std/assert";
import { HushcastProcess, startDirect, startRelay } from "../../scripts/hushcast_process.ts";
import { RelayClient } from "../../src/client/mod.ts";
import { messagesOf } from "../support/direct_processes.ts";
import { relayControl, relayCounters } from "../support/e2e_relay_control.ts";
import { routeTo, startClient } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { waitFor } from "../support/wait_for.ts";

/** In these tests all time-outs are a tenth or less of what they are by default. */
const CLIENT_TIMEOUT_S = 3;
const STOPPED_MS = 4_500;

/** What is sent again and answered at most after a stop, bytes, for three clients that say little. */
const FLOOD_BYTES = 60_000;

/** Stops a process, by default for longer than clients may be silent. Time is what this is about. */
async function stop(process: HushcastProcess, forMs = STOPPED_MS): Promise<void> {
  process.kill("SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, forMs));
  process.kill("SIGCONT");
}

/** Keeps the texts that a client hears. */
function listen(client: RelayClient): readonly string[] {
  const texts: string[] = [];
  void (async () => {
    for await (const { payload } of client.messages()) {
      texts.push(new TextDecoder().decode(payload));
    }
  })();
  return texts;
}

async function stopRelay(): Promise<void> {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, ["--client-timeout", `${CLIENT_TIMEOUT_S}`]);
  const options = { relay: relay.relay, reliable: true };
  await using ada = await RelayClient.connect({ ...options, name: "ada" });
  await using ben = await RelayClient.connect({ ...options, name: "ben" });
  await using eve = await RelayClient.connect({ ...options, name: "eve" });
  const heard = [listen(ben), listen(eve)];
  await using control = new HushcastProcess(["control", "--port", `${relay.controlPort}`]);
  const before = await relayCounters(relay);
  const said = Array.from({ length: 20 }, (_, index) => `text ${index}`);
  const stopped = stop(relay.process);
  for (const text of said) await ada.send(text);
  await stopped;
  await ada.flush();
  for (const texts of heard) {
    await waitFor(() => texts.length === said.length);
    assertEquals(texts, said);
  }
  await relay.process.errorLine(/relay was stopped for a while seconds=[345]$/);
  const after = await relayCounters(relay);
  assertLess(after.datagrams.bytes_out - before.datagrams.bytes_out, FLOOD_BYTES);
  await control.type("list_clients");
  await control.line(/^eve /);
  assertEquals(relay.process.stderr.filter((line) => /client removed|ERROR/.test(line)), []);
}

async function stopClient(): Promise<void> {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, ["--client-timeout", `${CLIENT_TIMEOUT_S}`]);
  const flags = [...routeTo(relay, "unicast"), "--reliable"];
  await using ben = await startClient(relay, "listen", "ben", state.path, flags);
  await using control = new HushcastProcess(["control", "--port", `${relay.controlPort}`]);
  await using ada = await RelayClient.connect({
    relay: relay.relay,
    reliable: true,
    name: "ada",
  });
  control.kill("SIGSTOP");
  const stopped = stop(ben);
  for (let index = 0; index < 20; index++) await ada.send(`text ${index}`);
  await ada.flush();
  await relay.process.errorLine(/client removed id=ben .* reason=timed_out/);
  assertEquals((await relayControl(relay, "list_clients")).code, 0);
  await stopped;
  control.kill("SIGCONT");
  await ben.line(/text 19$/);
  assertEquals(ben.stdout, Array.from({ length: 20 }, (_, index) => `ada\ttext ${index}`));
  await control.errorLine(/client registered id=ben/);
  await control.type("list_clients");
  await control.line(/^ada /);
}

async function stopDirect(): Promise<void> {
  await using server = await startDirect(["--json"]);
  const way = ["--server", server.server, "--timeout", "20"];
  await using ada = new HushcastProcess(["direct-send", ...way]);
  await ada.type("before");
  await server.process.line(/"before"/);
  const stopped = stop(server.process, 2_000);
  await ada.type("while the server was stopped");
  await stopped;
  await server.process.line(/"while the server was stopped"/);
  const stoppedClient = stop(ada, 1_000);
  await ada.type("while the client was stopped");
  await stoppedClient;
  await server.process.line(/"while the client was stopped"/);
  await ada.endInput();
  assertEquals(await ada.ended(), 0, ada.stderr.join("\n"));
  const texts = messagesOf(server).map(({ text }) => text);
  assertEquals(texts, [
    "before",
    "while the server was stopped",
    "while the client was stopped",
  ]);
}

Deno.test({
  name: "processes that are stopped for a while go on as if nothing had been",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    // Side by side: most of it is waiting.
    const results = await Promise.allSettled([stopRelay(), stopClient(), stopDirect()]);
    for (const result of results) if (result.status === "rejected") throw result.reason;
  },
});

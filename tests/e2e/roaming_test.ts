import { assertEquals, assertMatch } from "@std/assert";
import { HushcastProcess, type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import { makeToken, tokenFileIn } from "../support/e2e_admission_token.ts";
import { RebindingProxy } from "../support/e2e_rebinding_proxy.ts";
import { relayControl, relayCounters } from "../support/e2e_relay_control.ts";
import { routeTo, runHushcast, startClient } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** How often the relay's log tells that a client has registered. */
function registrationsOf({ process }: RunningRelay, id: string): number {
  return process.stderr.filter((line) => line.includes(`client registered id=${id} `)).length;
}

/** Waits until the relay has followed a client to where the proxy has it now. */
async function followed(relay: RunningRelay, id: string, proxy: RebindingProxy): Promise<void> {
  await relay.process.errorLine(
    new RegExp(`client moved id=${id} address=${RegExp.escape(proxy.clientAddress)} `),
  );
}

/**
 * Starts a client whose relay is reached through the proxy, and waits until it knows that it is
 * registered: what is rebound before that is a registration, which has to be made anew.
 */
async function startBehind(
  proxy: RebindingProxy,
  state: string,
  args: readonly string[],
): Promise<HushcastProcess> {
  const way = ["--relay", proxy.address, "--state", state, "--log-level", "info"];
  const client = new HushcastProcess([...args, ...way]);
  try {
    await client.errorLine(/INFO {2}registered relay=/);
    return client;
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

/** The texts of the messages that a listener with `--json` has printed. */
function textsOf({ stdout }: HushcastProcess): string[] {
  return stdout.map((line) => JSON.parse(line))
    .filter(({ type }) => type === "message")
    .map(({ text }) => text);
}

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}`);

Deno.test("roaming: a listener behind a NAT that rebinds goes on in its session", async () => {
  await using state = await temporaryDirectory();
  // The client keeps its session alive at a third of this.
  await using relay = await startRelay(state.path, ["--client-timeout", "3"]);
  await using proxy = new RebindingProxy(relay.port);
  await using log = await startBehind(proxy, state.path, ["listen", "--name", "log"]);
  const session = await relayControl(relay, "--json", "get_client", "log");
  proxy.rebind();
  await followed(relay, "log", proxy);
  const send = ["send", ...routeTo(relay, "unicast"), "--state", state.path];
  assertEquals((await runHushcast([...send, "still there?"])).code, 0);
  await log.line(/still there\?/);
  assertEquals(registrationsOf(relay, "log"), 1);
  const after = await relayControl(relay, "--json", "get_client", "log");
  const idOf = ({ stdout }: { stdout: readonly string[] }) =>
    JSON.parse(stdout.join()).data.session;
  assertEquals(idOf(after), idOf(session));
  const notes = log.stderr.filter((line) => !/ INFO | trusting relay /.test(line));
  assertEquals(notes, []);
});

Deno.test("roaming: a reliable listener loses nothing by it", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using proxy = new RebindingProxy(relay.port);
  const listen = ["listen", "--name", "log", "--reliable", "--json", "--count", "90"];
  await using log = await startBehind(proxy, state.path, listen);
  const sender = ["send", "--reliable", ...routeTo(relay, "unicast"), "--state", state.path];
  await using ada = new HushcastProcess(sender);
  for (const part of [0, 1, 2]) {
    const [first, last] = [30 * part, 30 * part + 29];
    for (const line of numbered(first, last)) await ada.type(line);
    await log.line(new RegExp(`"line ${last - 1}"`));
    proxy.rebind();
    // This one is for an address that nobody has any more.
    await ada.type(`line ${last}`);
    await followed(relay, "log", proxy);
  }
  await ada.endInput();
  assertEquals(await ada.ended(), 0, ada.stderr.join("\n"));
  assertEquals(await log.ended(), 0, log.stderr.join("\n"));
  assertEquals(textsOf(log), numbered(0, 90));
  assertEquals(registrationsOf(relay, "log"), 1);
});

Deno.test("roaming: a reliable sender goes on with its numbers, each message once", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using proxy = new RebindingProxy(relay.port);
  const listener = [...routeTo(relay, "unicast"), "--reliable", "--json", "--count", "60"];
  await using log = await startClient(relay, "listen", "log", state.path, listener);
  await using ada = await startBehind(proxy, state.path, ["send", "--reliable", "--name", "ada"]);
  for (const line of numbered(0, 30)) await ada.type(line);
  await log.line(/"line 29"/);
  proxy.rebind();
  for (const line of numbered(30, 60)) await ada.type(line);
  await ada.endInput();
  assertEquals(await ada.ended(), 0, ada.stderr.join("\n"));
  assertEquals(await log.ended(), 0, log.stderr.join("\n"));
  assertEquals(textsOf(log), numbered(0, 60));
  assertEquals(registrationsOf(relay, "ada"), 1);
  const { registrations } = await relayCounters(relay);
  assertEquals(registrations.moved, 1);
});

Deno.test("roaming: a client without a name and with a token goes on, under its new address", async () => {
  await using state = await temporaryDirectory();
  const { file } = await makeToken(state.path, "ada");
  await using relay = await startRelay(
    state.path,
    ["--client-timeout", "3", "--auth-tokens", tokenFileIn(state.path)],
  );
  await using proxy = new RebindingProxy(relay.port);
  await using _log = await startBehind(proxy, state.path, ["listen", "--token-file", file]);
  proxy.rebind();
  await followed(relay, proxy.clientAddress, proxy);
  const { stdout } = await relayControl(relay, "--json", "list_clients");
  const clients: { id: string; address: string; token: string }[] =
    JSON.parse(stdout.join("\n")).data;
  assertEquals(clients.map(({ id, address, token }) => [id, address, token]), [
    [proxy.clientAddress, proxy.clientAddress, "ada"],
  ]);
});

Deno.test("roaming: nobody gets to an address that is banned", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, ["--client-timeout", "3"]);
  await using proxy = new RebindingProxy(relay.port);
  await using log = await startBehind(proxy, state.path, ["listen", "--name", "log"]);
  assertEquals((await relayControl(relay, "ban", "127.0.0.2")).code, 0);
  proxy.rebind("127.0.0.2");
  assertEquals(await log.ended(), 3);
  assertMatch(log.stderr.join("\n"), /banned/);
  assertEquals(relay.process.stderr.filter((line) => line.includes("client moved")), []);
  assertEquals(registrationsOf(relay, "log"), 1);
});

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import { makeToken, tokenFileIn } from "../support/e2e_admission_token.ts";
import { type ControlOutcome, relayControl } from "../support/e2e_relay_control.ts";
import { routeTo, runHushcast, startClient } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** Another address of this machine, to be banned without keeping the others out. */
const OTHER_IP = "127.0.0.2";

/** Sends one message. */
async function send(
  relay: RunningRelay,
  state: string,
  ...args: readonly string[]
): Promise<ControlOutcome> {
  return await runHushcast(
    ["send", "hello", ...routeTo(relay, "unicast"), "--state", state, ...args],
  );
}

function assertRefused({ code, stderr }: ControlOutcome): void {
  assertEquals(code, 3, stderr.join("\n"));
  assertEquals(stderr.length, 1, stderr.join("\n"));
  assertMatch(stderr.join("\n"), /banned/);
}

function assertDone({ code, stderr }: ControlOutcome): void {
  assertEquals(code, 0, stderr.join("\n"));
}

Deno.test("bans: a name is put out, kept out and, after unban, let in again", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using ann = await startClient(relay, "listen", "ann", state.path);
  const banned = await relayControl(relay, "ban", "ann");
  assertMatch(banned.stdout.join("\n"), /^banned ann kind=name since=\S+ until=unban$/);
  assertEquals(await ann.ended(), 3);
  assertMatch(ann.stderr.join("\n"), /banned/);
  assertRefused(await send(relay, state.path, "--name", "ann"));
  assertDone(await send(relay, state.path, "--name", "bob"));
  assertMatch((await relayControl(relay, "list_bans")).stdout.join("\n"), /^ann kind=name/);
  assertDone(await relayControl(relay, "unban", "ann"));
  assertEquals((await relayControl(relay, "list_bans")).stdout, []);
  assertDone(await send(relay, state.path, "--name", "ann"));
});

Deno.test("bans: an address is put out and kept out under any name, until the ban expires", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  const there = [...routeTo(relay, "unicast"), "--interface", OTHER_IP];
  await using ann = await startClient(relay, "listen", "ann", state.path, there);
  await using bob = await startClient(relay, "listen", "bob", state.path);
  assertDone(await relayControl(relay, "ban", OTHER_IP, "2"));
  assertEquals(await ann.ended(), 3);
  assertRefused(await send(relay, state.path, "--interface", OTHER_IP, "--name", "eve"));
  const { stdout } = await relayControl(relay, "--json", "list_bans");
  const [{ since, until }] = JSON.parse(stdout.join("\n")).data;
  assertEquals(Date.parse(until) - Date.parse(since), 2_000);
  while (Date.now() < Date.parse(until)) {
    assertEquals((await relayControl(relay, "list_bans")).code, 0);
  }
  assertEquals((await relayControl(relay, "list_bans")).stdout, []);
  assertDone(await send(relay, state.path, "--interface", OTHER_IP, "--name", "eve"));
  await bob.line(/eve\thello/);
});

Deno.test("bans: they outlast a relay that is killed", async () => {
  await using state = await temporaryDirectory();
  {
    await using relay = await startRelay(state.path);
    assertDone(await relayControl(relay, "ban", "ann"));
    assertDone(await relayControl(relay, "ban", OTHER_IP, "3600"));
    assertDone(await relayControl(relay, "ban", "eve"));
    assertDone(await relayControl(relay, "unban", "eve"));
    assertDone(await relayControl(relay, "exit"));
    assertEquals(await relay.process.ended(), 0);
  }
  {
    await using relay = await startRelay(state.path);
    assertDone(await relayControl(relay, "unban", OTHER_IP));
    assertDone(await relayControl(relay, "ban", "bob"));
    relay.process.kill("SIGKILL");
    await relay.process.ended();
  }
  await using relay = await startRelay(state.path);
  assertRefused(await send(relay, state.path, "--name", "ann"));
  assertRefused(await send(relay, state.path, "--name", "bob"));
  assertDone(await send(relay, state.path, "--name", "eve"));
  assertDone(await send(relay, state.path, "--interface", OTHER_IP));
});

Deno.test("bans: a banned name keeps its token's owner out, whatever he calls himself", async () => {
  await using state = await temporaryDirectory();
  const ada = await makeToken(state.path, "ada");
  await using relay = await startRelay(state.path, ["--auth-tokens", tokenFileIn(state.path)]);
  const flags = [...routeTo(relay, "unicast"), "--token-file", ada.file];
  await using listener = await startClient(relay, "listen", "ada", state.path, flags);
  assertDone(await relayControl(relay, "ban", "ada"));
  assertEquals(await listener.ended(), 3);
  assertRefused(await send(relay, state.path, "--token-file", ada.file));
});

/** Commands that ban nobody, and what the one line says. */
const REFUSED: readonly { command: readonly string[]; says: RegExp }[] = [
  { command: ["ban"], says: /usage: ban IP\|NAME \[seconds\]/ },
  { command: ["ban", ""], says: /IP address .* client name/ },
  { command: ["ban", "ann", "soon"], says: /whole seconds.*/ },
  { command: ["ban", "ann", "0"], says: /whole seconds from 1/ },
  { command: ["ban", "ann", "-1"], says: /whole seconds from 1/ },
  { command: ["ban", "ann", "1.5"], says: /whole seconds/ },
  { command: ["ban", "127.0.0.1:4000"], says: /IP address without port/ },
  { command: ["ban", "999.1.1.1"], says: /IP address/ },
  { command: ["ban", "10.0.0.0/8"], says: /IP address/ },
  { command: ["ban", "0123456789abcdef"], says: /client name/ },
  { command: ["unban"], says: /usage: unban IP\|NAME/ },
  { command: ["unban", "nobody"], says: /nobody of this name or address is banned/ },
  { command: ["list_bans", "ann"], says: /usage: list_bans/ },
];

Deno.test("bans: a command that can't be meant so bans nobody, and says why", async (t) => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  for (const { command, says } of REFUSED) {
    await t.step(command.join(" "), async () => {
      const { code, stdout, stderr } = await relayControl(relay, ...command);
      assertEquals([code, stdout], [1, []]);
      assertEquals(stderr.length, 1, stderr.join("\n"));
      assertMatch(stderr.join("\n"), says);
    });
  }
  assertEquals((await relayControl(relay, "list_bans")).stdout, []);
});

Deno.test("bans: a relay does not start with a file of bans that it can't read", async () => {
  await using state = await temporaryDirectory();
  await Deno.writeTextFile(`${state.path}/bans.json`, "[]");
  const loopback = ["--bind", "127.0.0.1", "--port", "0", "--control-port", "0"];
  const { code, stderr } = await runHushcast(["relay", ...loopback, "--state", state.path]);
  assertEquals(code, 1);
  assertEquals(stderr.length, 1, stderr.join("\n"));
  assert(stderr[0]?.includes(`${state.path}/bans.json`), stderr[0]);
});

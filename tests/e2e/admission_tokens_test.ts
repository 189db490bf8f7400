import { assert, assertEquals, assertMatch } from "@std/assert";
import { HushcastProcess, type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import { makeToken, tokenFileIn } from "../support/e2e_admission_token.ts";
import {
  type ControlOutcome,
  relayControl,
  runHushcastWith,
} from "../support/e2e_relay_control.ts";
import { routeTo, runHushcast, startClient } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** A relay that asks for the tokens which `hushcast token` keeps in the same state directory. */
async function startRelayWithTokens(
  state: string,
  args: readonly string[] = [],
): Promise<RunningRelay> {
  return await startRelay(state, ["--auth-tokens", tokenFileIn(state), ...args]);
}

/** The flags of a client of the relay. */
function clientFlags(relay: RunningRelay, state: string): string[] {
  return [...routeTo(relay, "unicast"), "--state", state];
}

/** Sends one message. */
async function send(
  relay: RunningRelay,
  state: string,
  ...args: readonly string[]
): Promise<ControlOutcome> {
  return await runHushcast(["send", "hello", ...clientFlags(relay, state), ...args]);
}

function assertRefused({ code, stderr }: ControlOutcome, says: RegExp): void {
  assertEquals(code, 3, stderr.join("\n"));
  assertEquals(stderr.length, 1, stderr.join("\n"));
  assertMatch(stderr.join("\n"), says);
}

Deno.test("tokens: who has none, or a wrong one, is refused and told what to do", async () => {
  await using state = await temporaryDirectory();
  await makeToken(state.path, "ada");
  await using relay = await startRelayWithTokens(state.path);
  assertRefused(await send(relay, state.path), /admission token.*--token-file/);
  const wrong = "A".repeat(43);
  const refused = await send(relay, state.path, "--token", wrong);
  assertRefused(refused, /does not know the admission token.*ask for a new one/);
  const said = [...refused.stderr, ...relay.process.stderr].join("\n");
  assert(!said.includes(wrong), said);
  assertMatch(relay.process.stderr.join("\n"), /registration rejected .*token is required/);
});

Deno.test("tokens: each way to give one lets its owner in", async () => {
  await using state = await temporaryDirectory();
  const log = await makeToken(state.path, "log");
  const ada = await makeToken(state.path, "ada");
  await using relay = await startRelayWithTokens(state.path);
  const ben = await makeToken(state.path, "ben", "--invite", relay.relay);
  await relay.process.errorLine(/admission tokens read tokens=3/);
  const listening = [...routeTo(relay, "unicast"), "--token-file", log.file];
  await using listener = await startClient(relay, "listen", "log", state.path, listening);
  const direct = clientFlags(relay, state.path);
  const invited = ["--state", state.path];
  const ways: readonly (() => Promise<ControlOutcome>)[] = [
    () => runHushcast(["send", "by file", ...direct, "--token-file", ada.file]),
    () => runHushcast(["send", "by flag", ...direct, "--token", ada.secret]),
    () =>
      runHushcastWith(["send", "by variable", ...direct], {
        environment: { HUSHCAST_TOKEN: ada.secret },
      }),
    () => runHushcast(["send", "by invitation", ...invited, "--join", ben.secret]),
    () => runHushcast(["send", "by invitation file", ...invited, "--join-file", ben.file]),
    () =>
      runHushcastWith(["send", ...invited, "--join", "-"], {
        lines: [ben.secret, "by standard input", "and the rest of it"],
      }),
  ];
  for (const way of ways) {
    const { code, stderr } = await way();
    assertEquals(code, 0, stderr.join("\n"));
  }
  await listener.line(/and the rest of it/);
  assertEquals(listener.stdout.map((line) => line.split("\t")[1]), [
    "by file",
    "by flag",
    "by variable",
    "by invitation",
    "by invitation file",
    "by standard input",
    "and the rest of it",
  ]);
});

Deno.test("tokens: an invitation pins the relay's identity", async () => {
  await using state = await temporaryDirectory();
  await using otherState = await temporaryDirectory();
  await makeToken(otherState.path, "ada");
  await using relay = await startRelayWithTokens(otherState.path);
  const { file } = await makeToken(state.path, "ada", "--invite", relay.relay);
  const refused = await runHushcast(["send", "hi", "--state", state.path, "--join-file", file]);
  assertRefused(refused, /identity/);
  assert(!relay.process.stderr.join("\n").includes("rejected"), "the token was sent to a stranger");
});

Deno.test("tokens: a name belongs to its token alone", async () => {
  await using state = await temporaryDirectory();
  const ada = await makeToken(state.path, "ada");
  const ben = await makeToken(state.path, "ben");
  await using relay = await startRelayWithTokens(state.path);
  const foreign = await send(relay, state.path, "--token-file", ben.file, "--name", "ada");
  assertRefused(foreign, /name.*the one that your token was made for/);
  const own = await send(relay, state.path, "--token-file", ada.file, "--name", "ada");
  assertEquals(own.code, 0, own.stderr.join("\n"));
});

Deno.test("tokens: revoking ends the session, and new tokens work, without a restart", async () => {
  await using state = await temporaryDirectory();
  const ada = await makeToken(state.path, "ada");
  await using relay = await startRelayWithTokens(state.path);
  const flags = [...routeTo(relay, "unicast"), "--token-file", ada.file];
  await using listener = await startClient(relay, "listen", "ada", state.path, flags);
  assertEquals((await runHushcast(["token", "revoke", "ada", "--state", state.path])).code, 0);
  assertEquals(await listener.ended(), 3);
  assertMatch(listener.stderr.join("\n"), /token revoked/);
  const late = await send(relay, state.path, "--token-file", ada.file);
  assertRefused(late, /does not know the admission token/);
  const eve = await makeToken(state.path, "eve");
  await makeToken(state.path, "fay");
  await relay.process.errorLine(/admission tokens read tokens=2/);
  assertEquals((await send(relay, state.path, "--token-file", eve.file)).code, 0);
});

Deno.test("tokens: one that expires ends the session", async () => {
  await using state = await temporaryDirectory();
  const ada = await makeToken(state.path, "ada", "--expires", "4s");
  await using relay = await startRelayWithTokens(state.path);
  const flags = [...routeTo(relay, "unicast"), "--token-file", ada.file];
  await using listener = await startClient(relay, "listen", "ada", state.path, flags);
  assertEquals(await listener.ended(), 3);
  assertMatch(listener.stderr.join("\n"), /token expired/);
  const late = await send(relay, state.path, "--token-file", ada.file);
  assertRefused(late, /does not know the admission token/);
});

Deno.test("tokens: a file that can no longer be used leaves the former ones in force", async () => {
  await using state = await temporaryDirectory();
  const ada = await makeToken(state.path, "ada");
  await using relay = await startRelayWithTokens(state.path);
  await Deno.writeTextFile(tokenFileIn(state.path), '{"version":1,"tokens":[{"name":');
  await relay.process.errorLine(/ERROR.*former tokens stay in force .*auth_tokens\.json/);
  assertEquals((await send(relay, state.path, "--token-file", ada.file)).code, 0);
  await Deno.remove(tokenFileIn(state.path));
  await relay.process.errorLine(/ERROR.*former tokens stay in force .*no such file/);
  assertEquals((await send(relay, state.path, "--token-file", ada.file)).code, 0);
  assertRefused(await send(relay, state.path), /admission token/);
});

/** What a relay can't start with, and what its one line says. */
const UNUSABLE: readonly { name: string; content: string | undefined; says: RegExp }[] = [
  { name: "is not there", content: undefined, says: /auth_tokens\.json: there is no such file/ },
  { name: "is no JSON", content: "ada", says: /auth_tokens\.json: it is no JSON/ },
  {
    name: "misspells a field",
    content: JSON.stringify({ version: 1, tokens: [{ name: "ada", expire: "2026-01-01" }] }),
    says: /auth_tokens\.json: token 1: want no fields but/,
  },
];

for (const { name, content, says } of UNUSABLE) {
  Deno.test(`tokens: a relay does not start with a token file that ${name}`, async () => {
    await using state = await temporaryDirectory();
    if (content !== undefined) await Deno.writeTextFile(tokenFileIn(state.path), content);
    const loopback = ["--bind", "127.0.0.1", "--port", "0", "--control-port", "0"];
    const { code, stdout, stderr } = await runHushcast(
      ["relay", ...loopback, "--state", state.path, "--auth-tokens", tokenFileIn(state.path)],
    );
    assertEquals(code, 1);
    assertEquals(stdout, []);
    assertEquals(stderr.length, 1, stderr.join("\n"));
    assertMatch(stderr.join("\n"), says);
  });
}

Deno.test("tokens: a relay warns of tokens that lie there unused", async () => {
  await using state = await temporaryDirectory();
  await makeToken(state.path, "ada");
  await using relay = await startRelay(state.path);
  await relay.process.errorLine(/WARN.*tokens are not in use.*--auth-tokens/);
});

Deno.test("tokens: a token shows in no log, no error and no list", async () => {
  await using state = await temporaryDirectory();
  const ada = await makeToken(state.path, "ada");
  const logFile = `${state.path}/relay.log`;
  const debug = ["--log-level", "debug", "--log-file", logFile];
  await using relay = await startRelayWithTokens(state.path, debug);
  const flags = [...routeTo(relay, "unicast"), "--log-level", "debug", "--token-file", ada.file];
  await using listener = await startClient(relay, "listen", "ada", state.path, flags);
  const clients = await relayControl(relay, "list_clients");
  assertMatch(clients.stdout.join("\n"), /^ada .* token=ada /);
  const seen = [
    clients,
    await relayControl(relay, "--json", "list_clients"),
    await relayControl(relay, "get_client", "ada"),
    await relayControl(relay, "get_stats"),
    await runHushcast(["token", "list", "--state", state.path]),
    await runHushcast(["token", "list", "--json", "--state", state.path]),
    await runHushcast(["token", "add", "ada", "--state", state.path]),
    await runHushcast(["send", "hi", "--state", state.path, `--join=${ada.secret}@:x`]),
    await runHushcast(["send", "hi", "--state", state.path, "--join-file", ada.file]),
    await runHushcast(["send", "hi", `--tokne=${ada.secret}`]),
    await send(relay, state.path, `--token=${ada.secret}`, "--token-file", ada.file),
    await send(relay, state.path, `--token=${ada.secret}`, "--name", "eve"),
    await runHushcast(["token", "revoke", "ada", "--state", state.path]),
  ];
  assertEquals(await listener.ended(), 3);
  const said = [
    ...seen.flatMap(({ stdout, stderr }) => [...stdout, ...stderr]),
    ...listener.stderr,
    ...relay.process.stdout,
    ...relay.process.stderr,
    await Deno.readTextFile(logFile),
    await Deno.readTextFile(tokenFileIn(state.path)),
    await Deno.readTextFile(`${state.path}/known_relays`),
  ].join("\n");
  assert(!said.includes(ada.secret), said);
});

Deno.test("tokens: an owner whose client was killed comes back at once under his name", async () => {
  await using state = await temporaryDirectory();
  const ada = await makeToken(state.path, "ada");
  await using relay = await startRelayWithTokens(state.path);
  const flags = [...routeTo(relay, "unicast"), "--token-file", ada.file];
  const killed = await startClient(relay, "listen", "ada", state.path, flags);
  await killed[Symbol.asyncDispose]();
  await using old = new HushcastProcess(
    ["listen", "--name", "ada", "--state", state.path, ...flags],
  );
  await relay.process.errorLine(/client removed id=ada .*reason=replaced/);
  const again = await send(relay, state.path, "--token-file", ada.file, "--name", "ada");
  assertEquals(again.code, 0, again.stderr.join("\n"));
  assertEquals(await old.ended(), 3);
  assertMatch(old.stderr.join("\n"), /replaced by a newer client with the same token/);
});

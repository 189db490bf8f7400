import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { DirectClient } from "../../src/client/direct/direct_client.ts";
import { RsaPrivateKey } from "../../src/crypto/rsa_private_key.ts";
import { UdpSocket } from "../../src/session/udp_socket.ts";
import { type RunningCommand, startCommand } from "../support/client_command.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { waitFor } from "../support/wait_for.ts";

const READY = /^hushcast direct ready udp=(127\.0\.0\.1:\d+) key=(SHA256:[A-Za-z0-9+/]{43})\n/;

/** Free ports on this machine, and a key that is quickly made. */
const LOCAL = ["--bind", "127.0.0.1", "--port", "0", "--control-port", "0", "--rsa-bits", "2048"];

/** A direct server that is ready. */
interface ReadyServer extends AsyncDisposable {
  readonly command: RunningCommand;
  readonly server: string;
  readonly key: string;
  /** What stands on standard output behind the ready line. */
  readonly lines: () => string[];
}

function startDirect(...flags: string[]): RunningCommand {
  return startCommand(["direct", ...LOCAL, "--log-level", "critical", ...flags]);
}

async function readyServer(...flags: string[]): Promise<ReadyServer> {
  const command = startDirect(...flags);
  await waitFor(() => command.io.stdout.text.includes("\n"));
  const [ready = "", server = "", key = ""] = READY.exec(command.io.stdout.text) ?? [];
  assertNotEquals(ready, "", command.io.stdout.text);
  return {
    command,
    server,
    key,
    lines: () => command.io.stdout.text.slice(ready.length).split("\n").slice(0, -1),
    [Symbol.asyncDispose]: () => command[Symbol.asyncDispose](),
  };
}

async function say(server: string, ...messages: (string | Uint8Array)[]): Promise<void> {
  await using client = await DirectClient.connect({ server });
  for (const message of messages) await client.send(message);
}

Deno.test("direct prints sender, tab and text, and ends after --count messages", async () => {
  await using direct = await readyServer("--count", "2");
  await using client = await DirectClient.connect({ server: direct.server, serverKey: direct.key });
  await client.send("one");
  await client.send("two\nlines");
  assertEquals(await direct.command.exitCode, 0);
  const [one = "", two = "", ...rest] = direct.lines();
  assertMatch(one, /^127\.0\.0\.1:\d+\tone$/);
  assertMatch(two, /^127\.0\.0\.1:\d+\ttwo\\nlines$/);
  assertEquals([rest, direct.command.io.stderr.text], [[], ""]);
});

Deno.test("direct --json prints joins and messages as objects", async () => {
  await using direct = await readyServer("--json", "--count", "3");
  const { server } = direct;
  const key = await RsaPrivateKey.generate(2048);
  await using client = await DirectClient.connect({ server, key });
  await client.send("signed");
  await client.send(Uint8Array.of(0xff));
  await using plain = await DirectClient.connect({ server, plainRsa: true });
  await plain.send("plain");
  assertEquals(await direct.command.exitCode, 0);
  const lines = direct.lines().map((line) => JSON.parse(line));
  const messages = lines.filter(({ type }) => type === "message");
  const sender = messages[0]?.sender;
  assertEquals(messages, [
    { type: "message", sender, text: "signed", signed_by: key.fingerprint, form: "hybrid" },
    { type: "message", sender, base64: "/w==", signed_by: key.fingerprint, form: "hybrid" },
    { type: "message", sender: messages[2]?.sender, text: "plain", form: "plain" },
  ]);
  const joins = lines.filter(({ type }) => type === "joined");
  assertEquals(joins.map(({ key }) => key), [client.fingerprint, plain.fingerprint]);
  assertEquals(lines[0], { type: "joined", id: sender, key: key.fingerprint });
});

Deno.test("direct ends with 0 when it is interrupted", async () => {
  await using direct = await readyServer();
  direct.command.io.interrupt();
  assertEquals(await direct.command.exitCode, 0);
  assertEquals(direct.command.io.stderr.text, "");
});

Deno.test("direct ends with 0 when nobody reads its output any more", async () => {
  await using direct = await readyServer();
  direct.command.io.stdout.closed = true;
  await say(direct.server, "hello");
  assertEquals(await direct.command.exitCode, 0);
});

Deno.test("direct keeps its key with --state, and makes another one without", async () => {
  await using state = await temporaryDirectory();
  const keys: string[] = [];
  for (const flags of [["--state", state.path], ["--state", state.path], []]) {
    await using direct = await readyServer(...flags);
    keys.push(direct.key);
  }
  assertEquals(keys[0], keys[1]);
  assertNotEquals(keys[0], keys[2]);
});

Deno.test("direct refuses a control port that is in use when it is given", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using command = startDirect("--control-port", `${taken.addr.port}`);
  assertEquals(await command.exitCode, 1);
  assertMatch(command.io.stderr.text, new RegExp(`control.*:${taken.addr.port}: .*in use\n$`));
  assertEquals(command.io.stdout.text, "");
});

Deno.test("direct refuses a UDP port that is in use", async () => {
  await using taken = UdpSocket.open({ hostname: "127.0.0.1", port: 0 });
  await using command = startDirect("--port", `${taken.local.port}`);
  assertEquals(await command.exitCode, 1);
  assert(command.io.stderr.text.includes(`${taken.local.port}`), command.io.stderr.text);
});

Deno.test("direct wants a token for a control port that others can reach", async () => {
  await using command = startDirect("--control-host", "0.0.0.0");
  assertEquals(await command.exitCode, 2);
  assert(command.io.stderr.text.includes("--control-token-file"), command.io.stderr.text);
});

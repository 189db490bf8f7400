import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { formatInvitation } from "../../src/client/invitation.ts";
import { startClientCommand } from "../support/client_command.ts";
import { MiniRelayServer } from "../support/mini_relay_server.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { waitFor } from "../support/wait_for.ts";

function texts(server: MiniRelayServer): string[] {
  return server.relay.messages.map(({ payload }) => new TextDecoder().decode(payload));
}

Deno.test("send sends its text as one message, and leaves", async () => {
  await using server = await MiniRelayServer.start();
  const args = ["send", "--relay", server.address, "--name", "ada", "hello world"];
  await using command = await startClientCommand(args);
  assertEquals(await command.exitCode, 0);
  assertEquals(texts(server), ["hello world"]);
  assertEquals(server.relay.messages[0]?.sender, "ada");
  assertEquals(command.io.stdout.text, "");
  await waitFor(() => server.relay.sessions.size === 0);
});

Deno.test("send makes a message of each line of standard input, byte for byte", async () => {
  await using server = await MiniRelayServer.start();
  await using command = await startClientCommand(["send", "--relay", server.address]);
  command.type("one\r\n\ntwo");
  command.type(Uint8Array.of(0xff, 0x0a));
  command.type("three");
  command.endInput();
  assertEquals(await command.exitCode, 0);
  const payloads = server.relay.messages.map(({ payload }) => [...payload]);
  assertEquals(payloads.map((payload) => String.fromCharCode(...payload)), [
    "one",
    "",
    "two\xff",
    "three",
  ]);
});

Deno.test("send sends each line when it comes", async () => {
  await using server = await MiniRelayServer.start();
  await using command = await startClientCommand(["send", "--relay", server.address]);
  command.type("one\n");
  await waitFor(() => server.relay.messages.length === 1);
  command.type("two\n");
  await waitFor(() => server.relay.messages.length === 2);
  command.endInput();
  assertEquals(await command.exitCode, 0);
});

Deno.test("send sends a file as one message", async () => {
  await using directory = await temporaryDirectory();
  await using server = await MiniRelayServer.start();
  const file = join(directory.path, "a-file");
  const content = new SeededRandom(1).bytes(50_000);
  await Deno.writeFile(file, content);
  const args = ["send", "--relay", server.address, "--file", file];
  await using command = await startClientCommand(args);
  assertEquals(await command.exitCode, 0);
  assertEquals(server.relay.messages[0]?.payload, content);
});

Deno.test("send fails at once for a file that is not there, or too long", async () => {
  await using directory = await temporaryDirectory();
  const long = join(directory.path, "long");
  await Deno.writeFile(long, new Uint8Array(1024 * 1024 + 1));
  for (const file of [join(directory.path, "none"), long]) {
    const args = ["send", "--relay", "127.0.0.1:9", "--file", file];
    await using command = await startClientCommand(args);
    assertEquals(await command.exitCode, 1);
    assert(command.io.stderr.text.includes(file), command.io.stderr.text);
  }
});

Deno.test("send takes text or --file, not both", async () => {
  const args = ["send", "--relay", "127.0.0.1:9", "--file", "x", "text"];
  await using command = await startClientCommand(args);
  assertEquals(await command.exitCode, 2);
});

Deno.test("send refuses a fingerprint that no key can have", async () => {
  const identity = `SHA256:${"A".repeat(42)}B`;
  const args = ["send", "--relay", "127.0.0.1:9", "--identity", identity, "text"];
  await using command = await startClientCommand(args);
  assertEquals(await command.exitCode, 2);
});

Deno.test("send fails with exit code 3 when the relay never confirms", async () => {
  await using server = await MiniRelayServer.start();
  server.relay.answers.keepAlive = false;
  const args = ["send", "--relay", server.address, "hello"];
  await using command = await startClientCommand(args);
  assertEquals(await command.exitCode, 3);
});

Deno.test("send ends while it waits for input when the relay does not come back", async () => {
  await using server = await MiniRelayServer.start();
  const args = ["send", "--relay", server.address, "--name", "ada", "--timeout", "0.5"];
  await using command = await startClientCommand(args);
  await waitFor(() => server.relay.sessions.size === 1);
  server.relay.answers.key = false;
  const goodbye = namedTlv("DISCONNECT", "relay is shutting down");
  server.relay.sendSealed(server.relay.session("ada"), goodbye);
  assertEquals(await command.exitCode, 3);
  assert(command.io.stderr.text.includes("reconnecting..."), command.io.stderr.text);
});

Deno.test("send is interrupted while it waits for input", async () => {
  await using server = await MiniRelayServer.start();
  await using command = await startClientCommand(["send", "--relay", server.address]);
  await waitFor(() => server.relay.sessions.size === 1);
  command.io.interrupt();
  assertEquals(await command.exitCode, 130);
  await waitFor(() => server.relay.sessions.size === 0);
});

Deno.test("send --join - takes the first line as invitation, and sends the others", async () => {
  await using server = await MiniRelayServer.start();
  const relay = server.endpoint;
  const line = formatInvitation({ relay, identity: server.fingerprint ?? "", token: "s3cret" });
  await using command = await startClientCommand(["send", "--join", "-", "--name", "ada"]);
  command.type(`${line}\none\ntw`);
  command.type("o\n");
  command.endInput();
  assertEquals(await command.exitCode, 0);
  assertEquals(texts(server), ["one", "two"]);
});

Deno.test("send --join-file sends its text", async () => {
  await using directory = await temporaryDirectory();
  await using server = await MiniRelayServer.start();
  const relay = server.endpoint;
  const line = formatInvitation({ relay, identity: server.fingerprint ?? "", token: "s3cret" });
  const file = join(directory.path, "invitation");
  await Deno.writeTextFile(file, `${line}\n`, { mode: 0o600 });
  await using command = await startClientCommand(["send", "--join-file", file, "hello"]);
  assertEquals(await command.exitCode, 0);
  assertEquals(texts(server), ["hello"]);
  assertEquals(command.io.stderr.text, "");
});

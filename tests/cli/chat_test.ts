import { assert, assertEquals } from "@std/assert";
import { formatInvitation } from "../../src/client/invitation.ts";
import { type RunningCommand, startClientCommand } from "../support/client_command.ts";
import { MiniRelayServer } from "../support/mini_relay_server.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { waitFor } from "../support/wait_for.ts";

async function chatting(server: MiniRelayServer): Promise<RunningCommand> {
  const args = ["chat", "--relay", server.address, "--name", "ada"];
  const command = await startClientCommand(args);
  await notes(command, "* connected to relay");
  return command;
}

function shows(command: RunningCommand, text: string): Promise<void> {
  return waitFor(() => command.io.stdout.text.includes(text));
}

function notes(command: RunningCommand, text: string): Promise<void> {
  return waitFor(() => command.io.stderr.text.includes(text));
}

Deno.test("chat shows what others say and do, and sends what is typed", async () => {
  await using server = await MiniRelayServer.start();
  await using command = await chatting(server);
  const session = server.relay.session("ada");
  server.relay.sendSealed(session, namedTlv("NOTIFY_CONNECT", "ben"));
  server.relay.sendSealed(session, ...server.relay.relayed("ben", "hello\nada"));
  server.relay.sendSealed(session, namedTlv("SERVER_NOTICE", "tea is ready"));
  server.relay.sendSealed(session, namedTlv("NOTIFY_DISCONNECT", "ben"));
  await shows(command, "* ben left\n");
  assertEquals(
    command.io.stdout.text,
    "* ben joined\n<ben> hello\\nada\n* notice from the relay: tea is ready\n* ben left\n",
  );
  command.type("hi ben\n//etc\n\n");
  await waitFor(() => server.relay.messages.length === 2);
  command.type("/quit\n");
  assertEquals(await command.exitCode, 0);
  const texts = server.relay.messages.map(({ payload }) => new TextDecoder().decode(payload));
  assertEquals(texts, ["hi ben", "/etc"]);
  await waitFor(() => server.relay.sessions.size === 0);
});

Deno.test("chat sends all lines of a pipe before it leaves", async () => {
  await using server = await MiniRelayServer.start();
  await using command = await startClientCommand(["chat", "--relay", server.address]);
  const lines = Array.from({ length: 500 }, (_, number) => `line ${number}`);
  command.type(lines.join("\n"));
  command.endInput();
  assertEquals(await command.exitCode, 0);
  const texts = server.relay.messages.map(({ payload }) => new TextDecoder().decode(payload));
  assertEquals(texts, lines);
});

Deno.test("chat explains its commands, and those that it does not know", async () => {
  await using server = await MiniRelayServer.start();
  await using command = await chatting(server);
  command.type("/nick bob\n/help\n");
  await notes(command, "* unknown command /nick bob; /help lists them\n");
  await notes(command, "* /quit   leave\n");
  assertEquals(server.relay.messages, []);
});

Deno.test("chat survives a restart of the relay, and says so", async () => {
  await using server = await MiniRelayServer.start();
  await using command = await chatting(server);
  const goodbye = namedTlv("DISCONNECT", "relay is shutting down");
  server.relay.sendSealed(server.relay.session("ada"), goodbye);
  server.relay.crash();
  await notes(command, "reconnecting...");
  command.type("typed meanwhile\n");
  await notes(command, "* back at relay");
  await waitFor(() => server.relay.messages.length === 1);
});

Deno.test("chat ends with exit code 3 when it is thrown out", async () => {
  await using server = await MiniRelayServer.start();
  await using command = await chatting(server);
  server.relay.sendSealed(server.relay.session("ada"), namedTlv("DISCONNECT", "too loud"));
  assertEquals(await command.exitCode, 3);
  assert(command.io.stderr.text.includes("too loud"), command.io.stderr.text);
});

Deno.test("chat leaves the relay when it is interrupted", async () => {
  await using server = await MiniRelayServer.start();
  await using command = await chatting(server);
  command.io.interrupt();
  assertEquals(await command.exitCode, 130);
  await waitFor(() => server.relay.sessions.size === 0);
});

Deno.test("chat --join - goes on with what is typed behind the invitation", async () => {
  await using server = await MiniRelayServer.start();
  const relay = server.endpoint;
  const line = formatInvitation({ relay, identity: server.fingerprint ?? "", token: "s3cret" });
  await using command = await startClientCommand(["chat", "--join", "-", "--name", "ada"]);
  command.type(`${line}\n`);
  await notes(command, "* connected to relay");
  command.type("hello\n/quit\n");
  assertEquals(await command.exitCode, 0);
  assertEquals(server.relay.messages.length, 1);
  assertEquals((command.io.stdout.text + command.io.stderr.text).includes("s3cret"), false);
});

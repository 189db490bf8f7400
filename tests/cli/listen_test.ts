import { assert, assertEquals } from "@std/assert";
import { formatInvitation } from "../../src/client/invitation.ts";
import { decodeReplay } from "../../src/wire/replay.ts";
import { findTlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { startClientCommand } from "../support/client_command.ts";
import { MiniRelayServer } from "../support/mini_relay_server.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { waitFor } from "../support/wait_for.ts";

async function listening(server: MiniRelayServer, ...flags: string[]) {
  const command = await startClientCommand(["listen", "--relay", server.address, ...flags]);
  await waitFor(() => server.relay.sessions.size === 1);
  const [session] = server.relay.sessions.values();
  assert(session !== undefined);
  const say = (sender: string, text: string | Uint8Array) =>
    server.relay.sendSealed(session, ...server.relay.relayed(sender, text));
  return { command, session, say };
}

Deno.test("listen prints sender, tab and text, and ends after --count messages", async () => {
  await using server = await MiniRelayServer.start();
  const { command, say } = await listening(server, "--count", "2");
  await using _command = command;
  say("ben", "hello");
  say("cl\teo", "two\nlines");
  say("ben", "one too many");
  assertEquals(await command.exitCode, 0);
  assertEquals(command.io.stdout.text, "ben\thello\ncl\\u0009eo\ttwo\\nlines\n");
  assert(command.io.stderr.text.includes(`trusting relay ${server.address} on first use`));
  await waitFor(() => server.relay.sessions.size === 0);
});

Deno.test("listen --json prints messages, joins, leaves and notices as objects", async () => {
  await using server = await MiniRelayServer.start();
  const { command, session, say } = await listening(server, "--json", "--count", "2");
  await using _command = command;
  server.relay.sendSealed(session, namedTlv("NOTIFY_CONNECT", "ben"));
  say("ben", "hello");
  server.relay.sendSealed(session, namedTlv("SERVER_NOTICE", "tea"));
  server.relay.sendSealed(session, namedTlv("NOTIFY_DISCONNECT", "ben"));
  say("cleo", Uint8Array.of(0xff));
  assertEquals(await command.exitCode, 0);
  assertEquals(
    command.io.stdout.text,
    '{"type":"joined","id":"ben"}\n' +
      '{"type":"message","sender":"ben","sequence":1,"text":"hello"}\n' +
      '{"type":"notice","text":"tea"}\n' +
      '{"type":"left","id":"ben"}\n' +
      '{"type":"message","sender":"cleo","sequence":2,"base64":"/w=="}\n',
  );
});

Deno.test("listen leaves the relay when it is interrupted", async () => {
  await using server = await MiniRelayServer.start();
  const { command } = await listening(server);
  await using _command = command;
  command.io.interrupt();
  assertEquals(await command.exitCode, 130);
  await waitFor(() => server.relay.sessions.size === 0);
});

Deno.test("listen ends with exit code 3 when it is thrown out", async () => {
  await using server = await MiniRelayServer.start();
  const { command, session } = await listening(server);
  await using _command = command;
  server.relay.sendSealed(session, namedTlv("DISCONNECT", "too quiet"));
  assertEquals(await command.exitCode, 3);
  assert(command.io.stderr.text.includes("too quiet"), command.io.stderr.text);
});

Deno.test("listen ends quietly when nobody reads its output any more", async () => {
  await using server = await MiniRelayServer.start();
  const { command, say } = await listening(server);
  await using _command = command;
  command.io.stdout.closed = true;
  say("ben", "hello");
  assertEquals(await command.exitCode, 0);
});

Deno.test("listen fails with exit code 3 when no relay answers in time", async () => {
  await using server = await MiniRelayServer.start();
  server.relay.answers.key = false;
  const args = ["listen", "--relay", server.address, "--timeout", "0.3"];
  await using command = await startClientCommand(args);
  assertEquals(await command.exitCode, 3);
  assert(command.io.stderr.text.startsWith("hushcast listen: cannot reach relay"));
  assertEquals(command.io.stdout.text, "");
});

Deno.test("listen refuses a relay whose identity has changed, and says which line to delete", async () => {
  await using state = await temporaryDirectory();
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await MiniRelayServer.start());
  const args = ["listen", "--relay", server.address];
  const first = stack.use(await startClientCommand(args, state));
  await waitFor(() => first.io.stderr.text.includes("trusting"));
  await stack.disposeAsync();
  await using _impostor = await MiniRelayServer.start({ port: server.endpoint.port });
  await using second = await startClientCommand(args, state);
  assertEquals(await second.exitCode, 3);
  assert(second.io.stderr.text.includes(`line 1 of ${state.path}/known_relays`));
  assert(second.io.stderr.text.includes(server.fingerprint ?? "?"));
});

/** An invitation to a relay. */
function invitationTo({ endpoint, fingerprint = "" }: MiniRelayServer): string {
  return formatInvitation({ relay: endpoint, identity: fingerprint, token: "s3cret" });
}

Deno.test("listen --join goes to the relay of the invitation and trusts its identity alone", async () => {
  await using server = await MiniRelayServer.start();
  await using command = await startClientCommand(["listen", "--join", invitationTo(server)]);
  await waitFor(() => server.relay.sessions.size === 1);
  command.io.interrupt();
  assertEquals(await command.exitCode, 130);
  assertEquals(command.io.stderr.text.includes("on first use"), false);
});

Deno.test("listen --join refuses a relay with another identity, and shows no token", async () => {
  await using server = await MiniRelayServer.start();
  await using other = await MiniRelayServer.start();
  const line = formatInvitation({
    relay: other.endpoint,
    identity: server.fingerprint ?? "",
    token: "s3cret",
  });
  await using command = await startClientCommand(["listen", "--join", line]);
  assertEquals(await command.exitCode, 3);
  assertEquals(other.relay.sessions.size, 0);
  assert(command.io.stderr.text.includes(server.fingerprint ?? "?"), command.io.stderr.text);
  assertEquals(command.io.stderr.text.includes("s3cret"), false);
});

Deno.test("listen --join - is interrupted while it waits for the invitation", async () => {
  await using command = await startClientCommand(["listen", "--join", "-"]);
  command.type("hushcast://");
  command.io.interrupt();
  assertEquals(await command.exitCode, 130);
});

Deno.test("listen says what to do when the relay asks for a token", async () => {
  await using server = await MiniRelayServer.start();
  server.relay.rejectsWith = { code: 1, text: "token please" };
  await using command = await startClientCommand(["listen", "--relay", server.address]);
  assertEquals(await command.exitCode, 3);
  assert(command.io.stderr.text.includes("asks for an admission token"), command.io.stderr.text);
});

Deno.test("listen goes on with the next relay when one shuts down, and says so", async () => {
  await using one = await MiniRelayServer.start();
  await using two = await MiniRelayServer.start();
  const args = ["listen", "--relay", `${one.address},${two.address}`, "--name", "ada"];
  await using command = await startClientCommand([...args, "--count", "1"]);
  await waitFor(() => one.relay.sessions.size === 1);
  const goodbye = namedTlv("DISCONNECT", "relay is shutting down");
  one.relay.sendSealed(one.relay.session("ada"), goodbye);
  await waitFor(() => command.io.stderr.text.includes(`trusting relay ${two.address}`));
  two.relay.say("ben", "hello");
  assertEquals(await command.exitCode, 0);
  assertEquals(command.io.stdout.text, "ben\thello\n");
  assertEquals(
    command.io.stderr.text.trim().split("\n").sort(),
    [
      `hushcast listen: back at relay ${two.address}`,
      `hushcast listen: relay ${one.address} has shut down, trying ${two.address}`,
      `hushcast listen: trusting relay ${one.address} on first use: ${one.fingerprint}`,
      `hushcast listen: trusting relay ${two.address} on first use: ${two.fingerprint}`,
    ].sort(),
  );
});

Deno.test("listen takes the identities of several relays", async () => {
  await using one = await MiniRelayServer.start();
  await using two = await MiniRelayServer.start();
  one.relay.rejectsWith = { code: 3, text: "full" };
  const identities = `${one.fingerprint},${two.fingerprint}`;
  const relays = `${one.address},${two.address}`;
  await using command = await startClientCommand([
    ...["listen", "--relay", relays, "--identity", identities],
  ]);
  await waitFor(() => two.relay.sessions.size === 1);
  assertEquals(command.io.stderr.text, "");
});

Deno.test("listen names the malformed one of several relays", async () => {
  await using command = await startClientCommand(["listen", "--relay", "h:1,h:x"]);
  assertEquals(await command.exitCode, 2);
  assert(command.io.stderr.text.includes('"h:x"'), command.io.stderr.text);
});

Deno.test("listen --replay asks for reliable delivery and the past, and says when there is none", async () => {
  await using server = await MiniRelayServer.start();
  const { command, say } = await listening(server, "--replay", "7", "--count", "1");
  await using _command = command;
  const [tlvs = []] = server.relay.admission.applications;
  const replay = findTlv(tlvs, DEFAULT_TLV_TYPES.REPLAY);
  assertEquals(replay && decodeReplay(replay), { kind: "count", messages: 7n });
  const [session] = server.relay.sessions.values();
  assertEquals(session?.isReliable, true);
  say("ben", "hello");
  assertEquals(await command.exitCode, 0);
  assert(command.io.stderr.text.includes("listen: this relay keeps no past"));
});

Deno.test("listen --since asks for the messages of that time", async () => {
  await using server = await MiniRelayServer.start();
  const { command } = await listening(server, "--since", "2h");
  await using _command = command;
  const [tlvs = []] = server.relay.admission.applications;
  const replay = findTlv(tlvs, DEFAULT_TLV_TYPES.REPLAY);
  assertEquals(replay && decodeReplay(replay), { kind: "age", seconds: 7_200n });
});

Deno.test("listen refuses --replay with --since, and names both", async () => {
  await using command = await startClientCommand(["listen", "--replay", "7", "--since", "2h"]);
  assertEquals(await command.exitCode, 2);
  for (const word of ["--replay", "--since", "HUSHCAST_REPLAY", "HUSHCAST_SINCE"]) {
    assert(command.io.stderr.text.includes(word), command.io.stderr.text);
  }
});

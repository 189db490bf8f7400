import { assert, assertEquals } from "@std/assert";
import { formatInvitation } from "../../src/client/invitation.ts";
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

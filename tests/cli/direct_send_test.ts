import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import type { CliIo } from "../../src/cli/cli_io.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { runCli } from "../../src/cli/run_cli.ts";
import { RsaPrivateKey } from "../../src/crypto/rsa_private_key.ts";
import { DirectServer } from "../../src/direct/direct_server.ts";
import { formatEndpoint } from "../../src/session/endpoint.ts";
import { UdpSocket } from "../../src/session/udp_socket.ts";
import { writeStateFile } from "../../src/settings/state_file.ts";
import { startCommand } from "../support/client_command.ts";
import { SilentDirectServer } from "../support/direct_silent_server.ts";
import { fakeCliIo } from "../support/fake_cli_io.ts";
import { fingerprint } from "../support/fingerprints.ts";
import { assertSameBytes } from "../support/same_bytes.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { waitFor } from "../support/wait_for.ts";

/** One key for all: a new one each time would take most of the tests' time. */
const KEPT = await RsaPrivateKey.generateForKeeping(2048);

async function startServer() {
  const server = await DirectServer.start({ rsaBits: 2048 });
  const messages = server.messages();
  return {
    server,
    address: formatEndpoint(server.local),
    /** Takes the next message. */
    async next() {
      const { value } = await messages.next();
      if (value === undefined) throw new Error("The server has ended");
      return { ...value, text: new TextDecoder().decode(value.payload) };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function startSend(server: string, ...args: string[]) {
  return startCommand(["direct-send", "--server", server, ...args]);
}

Deno.test("direct-send sends its text as one message, and ends when it is acknowledged", async () => {
  await using server = await startServer();
  await using command = startSend(server.address, "hello", "world");
  assertEquals(await command.exitCode, 0);
  const { text, form, signedBy } = await server.next();
  assertEquals([text, form, signedBy], ["hello world", "hybrid", undefined]);
  assertEquals(command.io.stdout.text + command.io.stderr.text, "");
});

Deno.test("direct-send prints what the server says meanwhile", async () => {
  await using server = await startServer();
  await using command = startSend(server.address);
  command.type("hello\n");
  const { sender } = await server.next();
  await server.server.sendTo(sender, "one\ntwo\x1b[31m");
  await waitFor(() => command.io.stdout.text !== "");
  command.endInput();
  assertEquals(await command.exitCode, 0);
  assertEquals(command.io.stdout.text, "one\\ntwo\\u001b[31m\n");
});

Deno.test("direct-send makes a message of each line of standard input, as it comes", async () => {
  await using server = await startServer();
  await using command = startSend(server.address);
  command.type("one\r\n");
  assertEquals((await server.next()).text, "one");
  command.type("\ntwo");
  command.endInput();
  assertEquals([(await server.next()).text, (await server.next()).text], ["", "two"]);
  assertEquals(await command.exitCode, 0);
});

Deno.test("direct-send sends a file that needs several hybrid messages as one message", async () => {
  await using directory = await temporaryDirectory();
  await using server = await startServer();
  const file = join(directory.path, "a-file");
  const content = new SeededRandom(1).bytes(400_000);
  await Deno.writeFile(file, content);
  await using command = startSend(server.address, "--file", file);
  assertEquals(await command.exitCode, 0);
  assertSameBytes((await server.next()).payload, content);
});

Deno.test("direct-send signs with --key, and warns that --plain-rsa signs nothing", async () => {
  await using directory = await temporaryDirectory();
  await using server = await startServer();
  const path = join(directory.path, "ada.pem");
  await writeStateFile(path, KEPT.pem);
  await using signed = startSend(server.address, "--key", path, "signed");
  assertEquals([await signed.exitCode, signed.io.stderr.text], [0, ""]);
  const first = await server.next();
  assertEquals([first.form, first.signedBy], ["hybrid", KEPT.key.fingerprint]);
  await using plain = startSend(server.address, "--key", path, "--plain-rsa", "unsigned");
  assertEquals(await plain.exitCode, 0);
  const second = await server.next();
  assertEquals([second.form, second.signedBy, second.text], ["plain", undefined, "unsigned"]);
  assertMatch(plain.io.stderr.text, /^hushcast direct-send: messages go unsigned: .*\n$/);
});

Deno.test("direct-send makes the key that is missing, and says so", async () => {
  await using directory = await temporaryDirectory();
  await using server = await startServer();
  const path = join(directory.path, "ada.pem");
  await using command = startSend(server.address, "--key", path, "hello");
  assertEquals(await command.exitCode, 0);
  const { signedBy } = await server.next();
  const note = `hushcast direct-send: created a new key in ${path}: ${signedBy}\n`;
  assertEquals(command.io.stderr.text, note);
});

Deno.test("direct-send takes the server whose key is pinned", async () => {
  await using server = await startServer();
  const pin = server.server.fingerprint;
  await using command = startSend(server.address, "--server-key", pin, "hello");
  assertEquals(await command.exitCode, 0);
});

Deno.test("direct-send refuses a server with another key than the pinned one", async () => {
  await using server = await startServer();
  const flags = ["--server-key", fingerprint(1), "--timeout", "0.3"];
  await using command = startSend(server.address, ...flags, "hello");
  assertEquals(await command.exitCode, 3);
  const words = [fingerprint(1), server.server.fingerprint, "posing as the server"];
  for (const word of words) {
    assert(command.io.stderr.text.includes(word), `${word} not in: ${command.io.stderr.text}`);
  }
  assertEquals(command.io.stderr.text.split("\n").length, 2);
  assertEquals(server.server.listClients(), []);
});

Deno.test("direct-send fails with exit code 3 when no server is there", async () => {
  let address = "";
  {
    await using socket = UdpSocket.open({ hostname: "127.0.0.1", port: 0 });
    address = formatEndpoint(socket.local);
  }
  await using command = startSend(address, "--timeout", "0.3", "hello");
  assertEquals(await command.exitCode, 3);
  assert(command.io.stderr.text.startsWith("hushcast direct-send: cannot reach server"));
});

Deno.test("direct-send fails with exit code 3 when no ACK comes", async () => {
  await using server = await SilentDirectServer.start();
  await using command = startSend(server.address, "--timeout", "0.3", "hello");
  assertEquals(await command.exitCode, 3);
  assert(command.io.stderr.text.startsWith("hushcast direct-send: "), command.io.stderr.text);
});

const wrong: { name: string; args: string[]; code: number; says: string }[] = [
  { name: "no server", args: ["hello"], code: 2, says: "--server" },
  {
    name: "text and a file",
    args: ["--server", "127.0.0.1:9", "--file", "x", "hello"],
    code: 2,
    says: "--file",
  },
  {
    name: "a fingerprint that no key can have",
    args: ["--server", "127.0.0.1:9", "--server-key", `SHA256:${"A".repeat(42)}B`, "hello"],
    code: 2,
    says: "--server-key",
  },
  {
    name: "a file that is not there",
    args: ["--server", "127.0.0.1:9", "--file", "/nonexistent/a"],
    code: 1,
    says: "/nonexistent/a",
  },
  {
    name: "a host that is not there",
    args: ["--server", "host.invalid", "--timeout", "0.3", "hello"],
    code: 3,
    says: "host.invalid",
  },
];

for (const { name, args, code, says } of wrong) {
  Deno.test(`direct-send refuses ${name} in one line with exit code ${code}`, async () => {
    await using command = startCommand(["direct-send", ...args]);
    assertEquals(await command.exitCode, code);
    assert(command.io.stderr.text.includes(says), command.io.stderr.text);
    assertEquals(command.io.stderr.text.split("\n").length, 2);
  });
}

Deno.test("direct-send refuses what is longer than --max-transfer with exit code 1", async () => {
  await using directory = await temporaryDirectory();
  await using server = await startServer();
  const file = join(directory.path, "a-file");
  await Deno.writeTextFile(file, "eleven byte");
  for (const rest of [["--file", file], ["eleven", "byte"]]) {
    await using command = startSend(server.address, "--max-transfer", "10", ...rest);
    assertEquals(await command.exitCode, 1);
    assert(command.io.stderr.text.includes("10"), command.io.stderr.text);
  }
  await using lines = startSend(server.address, "--max-transfer", "10");
  lines.type("eleven byte\n");
  assertEquals(await lines.exitCode, 1);
});

Deno.test("direct-send is interrupted while it waits for input", async () => {
  await using server = await startServer();
  await using command = startSend(server.address);
  command.type("one\n");
  await server.next();
  command.io.interrupt();
  assertEquals([await command.exitCode, command.io.stderr.text], [130, ""]);
});

Deno.test("direct-send is interrupted while it waits for an ACK, or for a server", async () => {
  await using server = await SilentDirectServer.start();
  for (const address of [server.address, "127.0.0.1:9"]) {
    await using command = startSend(address, "hello");
    command.io.interrupt();
    assertEquals([await command.exitCode, command.io.stderr.text], [130, ""]);
  }
});

/** A process whose standard error is a terminal that keeps what is drawn. */
function terminal() {
  const drawn: string[] = [];
  const write = (text: string) => {
    drawn.push(text);
    return Promise.resolve();
  };
  const io: CliIo = { ...fakeCliIo(), stderr: { isTerminal: true, write } };
  return { io, drawn };
}

Deno.test("direct-send shows on a terminal which key to pin, and how far it is", async () => {
  await using directory = await temporaryDirectory();
  await using server = await startServer();
  const file = join(directory.path, "big");
  await Deno.writeFile(file, new SeededRandom(2).bytes(300_000));
  const { io, drawn } = terminal();
  const args = ["direct-send", "--server", server.address, "--file", file];
  assertEquals(await runCli(args, io, COMMANDS), 0);
  const pin = server.server.fingerprint;
  assertEquals(
    drawn[0],
    `hushcast direct-send: server key ${pin} (pin it with --server-key)\n`,
  );
  assert(drawn.length > 3 && drawn[1]?.includes("%"), drawn.join());
  assertEquals(drawn.at(-1), "\r\x1b[K");
});

Deno.test("direct-send says nothing of a key that is pinned", async () => {
  await using server = await startServer();
  const { io, drawn } = terminal();
  const pin = ["--server-key", server.server.fingerprint];
  const args = ["direct-send", "--server", server.address, ...pin, "hello"];
  assertEquals(await runCli(args, io, COMMANDS), 0);
  assertEquals(drawn, []);
});

import { assertEquals } from "@std/assert";
import { createHash, createPublicKey } from "node:crypto";
import { join } from "node:path";
import { HushcastProcess } from "../../scripts/hushcast_process.ts";
import { rsaKeyFile } from "../support/direct_python_client.ts";
import { type DirectReceiver, startPythonReceiver } from "../support/direct_receiver.ts";
import { pythonTest } from "../support/python.ts";
import { runHushcast } from "../support/relay_clients.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { waitFor } from "../support/wait_for.ts";

const UNREACHED = 3;

pythonTest("hushcast direct-send sends a hybrid message to Python", async (python) => {
  await using server = await startPythonReceiver(python);
  assertEquals(await send(server, "grüße"), 0);
  const [message] = await messages(server, 1);
  assertEquals(pick(message, "text", "form", "signed_by"), ["grüße", "hybrid", null]);
  assertEquals(typeof message?.sequence, "number");
});

pythonTest("hushcast direct-send sends to a server with a key of 4096 bits", async (python) => {
  await using server = await startPythonReceiver(python, ["--key", rsaKeyFile(4096)]);
  assertEquals(await send(server, "hybrid"), 0);
  assertEquals(await send(server, "--plain-rsa", "x".repeat(1000)), 0);
  const sent = (await messages(server, 2)).map((message) => pick(message, "bytes", "form"));
  assertEquals(sent, [[6, "hybrid"], [1000, "plain"]]);
});

for (const length of [1, 256 - 66, 256 - 65, 5000]) {
  pythonTest(`hushcast direct-send --plain-rsa sends ${length} bytes to Python`, async (python) => {
    await using server = await startPythonReceiver(python);
    assertEquals(await send(server, "--plain-rsa", "x".repeat(length)), 0);
    const [message] = await messages(server, 1);
    assertEquals(pick(message, "text", "form"), ["x".repeat(length), "plain"]);
  });
}

pythonTest("hushcast direct-send --file gets 300 kB through losses to Python", async (python) => {
  await using directory = await temporaryDirectory();
  // The first NACK names so many fragments that it is longer than one datagram.
  const losses = ["fragment=240", "NACK=1", "ACK=1"].flatMap((loss) => ["--lose", loss]);
  await using server = await startPythonReceiver(python, losses);
  const { path, digest } = await randomFile(directory.path, 300_000);
  assertEquals(await send(server, "--file", path), 0);
  const [message] = await messages(server, 1);
  assertEquals(pick(message, "bytes", "sha256"), [300_000, digest]);
  assertEquals(events(server, "lost").length, 242);
  assertEquals(new Set(events(server, "part").map(({ number }) => number)), new Set([0, 1]));
});

pythonTest("hushcast direct-send sends lines of its input in order to Python", async (python) => {
  await using server = await startPythonReceiver(python);
  await using sender = new HushcastProcess(["direct-send", "--server", server.address]);
  const lines = ["one", "two words", "", "grüße", "x".repeat(3000)];
  for (const line of lines) await sender.type(line);
  await sender.endInput();
  assertEquals(await sender.ended(), 0);
  assertEquals((await messages(server, lines.length)).map(({ text }) => text), lines);
});

pythonTest("hushcast direct-send --key signs messages, with the same key again", async (python) => {
  await using directory = await temporaryDirectory();
  await using server = await startPythonReceiver(python);
  const key = join(directory.path, "sender.pem");
  for (const text of ["first", "second"]) assertEquals(await send(server, "--key", key, text), 0);
  const signer = await fingerprintOf(key);
  const sent = await messages(server, 2);
  const signed = sent.map((message) => pick(message, "text", "signed_by"));
  assertEquals(signed, [["first", signer], ["second", signer]]);
});

pythonTest("hushcast direct-send --key takes a key that openssl made", async (python) => {
  await using server = await startPythonReceiver(python);
  const key = rsaKeyFile(4096);
  assertEquals(await send(server, "--key", key, "signed"), 0);
  const [message] = await messages(server, 1);
  assertEquals(message?.signed_by, await fingerprintOf(key));
});

pythonTest("hushcast direct-send --key signs every part of a long message", async (python) => {
  await using directory = await temporaryDirectory();
  await using server = await startPythonReceiver(python);
  const key = join(directory.path, "sender.pem");
  const { path, digest } = await randomFile(directory.path, 500_000);
  assertEquals(await send(server, "--key", key, "--file", path), 0);
  const [message] = await messages(server, 1);
  assertEquals(pick(message, "sha256", "signed_by"), [digest, await fingerprintOf(key)]);
});

pythonTest("hushcast direct-send --server-key takes no other key", async (python) => {
  await using server = await startPythonReceiver(python);
  const other = `SHA256:${"A".repeat(43)}`;
  const timeout = ["--timeout", "1"];
  assertEquals(await send(server, ...timeout, "--server-key", other, "no"), UNREACHED);
  assertEquals(await send(server, "--server-key", server.fingerprint, "for you"), 0);
  assertEquals((await messages(server, 1)).map(({ text }) => text), ["for you"]);
});

for (const kind of ["key request", "public key", "fragment", "PEM answer", "ACK", "NACK"]) {
  pythonTest(`hushcast direct-send gets over a lost ${kind}`, async (python) => {
    const losses = [`${kind}=1`, ...(kind === "NACK" ? ["fragment=2"] : [])];
    await using server = await startPythonReceiver(python, losses.flatMap((l) => ["--lose", l]));
    assertEquals(await send(server, "x".repeat(5000)), 0);
    await messages(server, 1);
    assertEquals(events(server, "lost").length, kind === "NACK" ? 3 : 1);
  });
}

pythonTest("hushcast direct-send --plain-rsa gets over a lost message and ACK", async (python) => {
  const losses = ["--lose", "whole message=1", "--lose", "ACK=1"];
  await using server = await startPythonReceiver(python, losses);
  assertEquals(await send(server, "--plain-rsa", "hello"), 0);
  await messages(server, 1);
});

Deno.test("hushcast direct-send says by its exit code that no server answers", async () => {
  const silent = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr as Deno.NetAddr; // A UDP socket has a net address.
  const args = ["direct-send", "--timeout", "0.5", "--server", `127.0.0.1:${port}`, "hello"];
  assertEquals((await runHushcast(args)).code, UNREACHED);
  silent.close();
  assertEquals((await runHushcast(args)).code, UNREACHED);
});

pythonTest("hushcast direct-send says by its exit code that no ACK comes", async (python) => {
  await using server = await startPythonReceiver(python, ["--lose", "ACK=1000"]);
  assertEquals(await send(server, "--timeout", "1", "hello"), UNREACHED);
});

/** Runs `hushcast direct-send` to its end; what it has to say belongs to standard error. */
async function send(server: DirectReceiver, ...args: readonly string[]): Promise<number> {
  const { code, stdout } = await runHushcast(["direct-send", "--server", server.address, ...args]);
  assertEquals(stdout, []);
  return code;
}

/** The messages that the Python server has taken, which must be just so many. */
async function messages(
  server: DirectReceiver,
  count: number,
): Promise<Record<string, unknown>[]> {
  await waitFor(() => events(server, "message").length >= count);
  assertEquals(events(server, "message").length, count);
  return events(server, "message");
}

/** What the Python server has told so far of one kind. */
function events(server: DirectReceiver, kind: string): Record<string, unknown>[] {
  const told: Record<string, unknown>[] = server.process.stdout.map((line) => JSON.parse(line));
  return told.filter(({ event }) => event === kind);
}

function pick(event: Record<string, unknown> | undefined, ...names: readonly string[]): unknown[] {
  return names.map((name) => event?.[name]);
}

async function randomFile(
  directory: string,
  size: number,
): Promise<{ path: string; digest: string }> {
  const bytes = new SeededRandom(size).bytes(size);
  const path = join(directory, "random.bin");
  await Deno.writeFile(path, bytes);
  return { path, digest: createHash("sha256").update(bytes).digest("hex") };
}

/** Fingerprint of the public half of a private key in PEM. */
async function fingerprintOf(path: string): Promise<string> {
  const key = createPublicKey(await Deno.readTextFile(path));
  const digest = createHash("sha256").update(key.export({ type: "spki", format: "der" }));
  return `SHA256:${digest.digest("base64").replace(/=+$/, "")}`;
}

import { assert, assertEquals } from "@std/assert";
import { startClientCommand, startCommand } from "../support/client_command.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../support/temporary_directory.ts";
import { waitFor } from "../support/wait_for.ts";

/** Starts a relay in this process. @returns Its address, and what ends it. */
async function startRelay({ path }: TemporaryDirectory) {
  const flags = ["--bind", "127.0.0.1", "--port", "0", "--no-multicast", "--control-port", "0"];
  const command = startCommand(["relay", ...flags, "--state", path, "--log-level", "error"]);
  await waitFor(() => command.io.stdout.text.includes("ready"));
  const address = /udp=(\S+)/.exec(command.io.stdout.text)?.[1] ?? "";
  return { address, [Symbol.asyncDispose]: () => command[Symbol.asyncDispose]() };
}

async function say(relay: string, text: string): Promise<void> {
  await using sending = await startClientCommand([
    ...["send", "--relay", relay, "--name", "ben", "--reliable", text],
  ]);
  assertEquals(await sending.exitCode, 0, sending.io.stderr.text);
}

Deno.test("listen --replay prints the last messages, and ends after --count of them", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state);
  for (const text of ["one", "two", "three", "four"]) await say(relay.address, text);
  const args = ["listen", "--relay", relay.address, "--name", "ada"];
  await using past = await startClientCommand([...args, "--replay", "3", "--count", "2"]);
  assertEquals(await past.exitCode, 0, past.io.stderr.text);
  assertEquals(past.io.stdout.text, "ben\ttwo\nben\tthree\n");
});

Deno.test("listen --since prints what was said, and then what follows, as JSON too", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state);
  await say(relay.address, "one");
  const args = ["listen", "--relay", relay.address, "--name", "ada", "--json"];
  await using command = await startClientCommand([...args, "--since", "1h"]);
  await waitFor(() => command.io.stdout.text.includes('"one"'));
  await say(relay.address, "two");
  await waitFor(() => command.io.stdout.text.includes('"two"'));
  const lines = command.io.stdout.text.trim().split("\n").map((line) => JSON.parse(line));
  const messages = lines.filter(({ type }) => type === "message");
  assertEquals(messages.map(({ sequence, text }) => `${sequence} ${text}`), ["1 one", "2 two"]);
  assert(!command.io.stderr.text.includes("keeps no past"), command.io.stderr.text);
});

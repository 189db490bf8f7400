import { assertEquals, assertRejects } from "@std/assert";
import { CommandError, type CommandReply } from "../../src/control/command.ts";
import { directCommands } from "../../src/control/direct_commands.ts";
import { HushcastError } from "../../src/errors.ts";
import { fingerprint } from "../support/fingerprints.ts";
import { FakeDirectAdmin } from "./fake_admin.ts";

class SendError extends HushcastError {
  constructor(override readonly code: string) {
    super("Cannot send: the message is too long");
  }
}

async function run(
  admin: FakeDirectAdmin,
  name: string,
  ...args: string[]
): Promise<CommandReply> {
  const command = directCommands(admin).find((command) => command.name === name);
  if (command === undefined) throw new Error(`No command ${name}`);
  return await command.run(args);
}

Deno.test("directCommands() stand in the order of help", () => {
  assertEquals(directCommands(new FakeDirectAdmin()).map(({ usage }) => usage), [
    "list_clients",
    "get_client ID",
    "kick_client ID [reason]",
    "get_stats",
    "send ID TEXT",
    "exit",
  ]);
});

Deno.test("directCommands() never call the server a relay", () => {
  const words = JSON.stringify(
    directCommands(new FakeDirectAdmin()).map(({ help, details }) => [help, details]),
  );
  assertEquals(words.match(/relay|session/g), null);
});

Deno.test("list_clients of a direct server gives keys in place of sessions", async () => {
  const { lines, data } = await run(new FakeDirectAdmin(), "list_clients");
  assertEquals(lines, [
    `127.0.0.1:5000 127.0.0.1:5000 key=${fingerprint(1)} since=2026-11-21T20:00:00.000Z ` +
    "idle_ms=1234 messages_in=3 messages_out=4 bytes_in=300 bytes_out=400",
  ]);
  assertEquals(data, [{
    id: "127.0.0.1:5000",
    address: "127.0.0.1:5000",
    key: fingerprint(1),
    since: "2026-11-21T20:00:00.000Z",
    idle_ms: 1234,
    messages_in: 3,
    messages_out: 4,
    bytes_in: 300,
    bytes_out: 400,
  }]);
});

for (const id of ["127.0.0.1:5000", fingerprint(1)]) {
  Deno.test(`get_client of a direct server finds ${id}`, async () => {
    const { lines } = await run(new FakeDirectAdmin(), "get_client", id);
    assertEquals(lines[2], `key ${fingerprint(1)}`);
  });
}

Deno.test("kick_client of a direct server says what an ID is", async () => {
  const error = await assertRejects(
    () => run(new FakeDirectAdmin(), "kick_client", "pump-3"),
    CommandError,
  );
  assertEquals(
    [error.code, error.message],
    ["NO_SUCH_CLIENT", "No client has this address or key: pump-3"],
  );
});

Deno.test("send replies with the address when the message has left", async () => {
  const admin = new FakeDirectAdmin();
  const left = Promise.withResolvers<string>();
  admin.sending = () => left.promise;
  const reply = run(admin, "send", fingerprint(1), "tea is ready");
  left.resolve("127.0.0.1:5000");
  assertEquals(await reply, {
    lines: ["sent to 127.0.0.1:5000"],
    data: { address: "127.0.0.1:5000" },
  });
  assertEquals(admin.calls, [`send ${fingerprint(1)}: tea is ready`]);
});

const refused: { name: string; error: Error; code: string; message: string }[] = [
  {
    name: "an ID of nobody",
    error: new SendError("NO_SUCH_CLIENT"),
    code: "NO_SUCH_CLIENT",
    message: "No client has this address or key: x",
  },
  {
    name: "what the server can't send",
    error: new SendError("MESSAGE_TOO_LARGE"),
    code: "SEND_FAILED",
    message: "Cannot send: the message is too long",
  },
];

for (const { name, error, code, message } of refused) {
  Deno.test(`send refuses ${name}`, async () => {
    const admin = new FakeDirectAdmin();
    admin.sending = () => Promise.reject(error);
    const refusal = await assertRejects(() => run(admin, "send", "x", "text"), CommandError);
    assertEquals([refusal.code, refusal.message], [code, message]);
  });
}

Deno.test("send leaves a mistake of ours as it is", async () => {
  const admin = new FakeDirectAdmin();
  admin.sending = () => Promise.reject(new RangeError("bug"));
  await assertRejects(() => run(admin, "send", "x", "text"), RangeError, "bug");
});

Deno.test("send refuses an empty text", async () => {
  const admin = new FakeDirectAdmin();
  const error = await assertRejects(() => run(admin, "send", "x", ""), CommandError);
  assertEquals([error.code, admin.calls.length], ["BAD_ARGUMENTS", 0]);
});

Deno.test("exit of a direct server says what it ends", () => {
  const exit = directCommands(new FakeDirectAdmin()).at(-1);
  assertEquals(exit?.help, "Shut the direct server down cleanly");
});

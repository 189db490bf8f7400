import { assertEquals, assertMatch } from "@std/assert";
import { HushcastProcess } from "../../scripts/hushcast_process.ts";
import { parseInvitation } from "../../src/client/invitation.ts";
import { readAuthTokens } from "../../src/relay/auth_tokens_file.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

Deno.test("token: processes that add at the same time lose none of each other's tokens", async () => {
  await using state = await temporaryDirectory();
  await using stack = new AsyncDisposableStack();
  const names = ["ada", "ben", "cleo", "dan", "eve", "fay"];
  const adding = names.map((name) =>
    stack.use(new HushcastProcess(["token", "add", name, "--state", state.path]))
  );
  assertEquals(await Promise.all(adding.map((process) => process.ended())), names.map(() => 0));
  const tokens = await readAuthTokens(`${state.path}/auth_tokens.json`);
  const found = adding.map(({ stdout }) =>
    tokens.find(new TextEncoder().encode(stdout.join("\n")), Date.now())?.name
  );
  assertEquals(found, names);
  const { mode } = await Deno.stat(`${state.path}/auth_tokens.json`);
  assertEquals((mode ?? 0) & 0o777, 0o600);
});

Deno.test("token: an invitation carries the identity that hushcast identity prints", async () => {
  await using state = await temporaryDirectory();
  const args = ["token", "add", "ada", "--invite", "127.0.0.1:5", "--state", state.path];
  await using adding = new HushcastProcess(args);
  assertEquals(await adding.ended(), 0);
  assertEquals(adding.stdout.length, 1);
  await using identity = new HushcastProcess(["identity", "--state", state.path]);
  const [fingerprint] = await identity.line(/^SHA256:.*/);
  assertEquals(parseInvitation(adding.stdout.join()).identity, fingerprint);
});

Deno.test("token: list and revoke work on what add has made, and a wrong name exits with 1", async () => {
  await using state = await temporaryDirectory();
  for (const [action, code] of [["add", 0], ["add", 1], ["revoke", 0], ["revoke", 1]] as const) {
    await using process = new HushcastProcess(["token", action, "ada", "--state", state.path]);
    assertEquals(await process.ended(), code, `${action}: ${process.stderr.join("\n")}`);
  }
  await using list = new HushcastProcess(["token", "list", "--state", state.path]);
  assertEquals(await list.ended(), 0);
  assertEquals(list.stdout, []);
  assertMatch(list.stderr.join("\n"), /holds no tokens/);
});

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../src/cli/commands.ts";
import { runCli } from "../../src/cli/run_cli.ts";
import { parseInvitation } from "../../src/client/invitation.ts";
import { addAuthToken, readAuthTokens } from "../../src/relay/auth_tokens_file.ts";
import { loadIdentity } from "../../src/relay/identity_file.ts";
import { fakeCliIo } from "../support/fake_cli_io.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** Runs `hushcast token` with a state directory, to its end. */
async function token(state: string, ...args: readonly string[]) {
  const io = fakeCliIo();
  const code = await runCli(["token", ...args, "--state", state], io, COMMANDS);
  return { code, stdout: io.stdout.text, stderr: io.stderr.text };
}

Deno.test("token add prints the token alone, once, and keeps only its SHA-256", async () => {
  await using state = await temporaryDirectory();
  const path = `${state.path}/auth_tokens.json`;
  const { code, stdout, stderr } = await token(state.path, "add", "ada");
  assertEquals(code, 0);
  assertMatch(stdout, /^[A-Za-z0-9_][A-Za-z0-9_-]{42}\n$/);
  const text = stdout.trim();
  for (const part of [path, "--auth-tokens", "--token-file"]) assertStringIncludes(stderr, part);
  assert(!stderr.includes(text));
  assert(!(await Deno.readTextFile(path)).includes(text));
  const found = (await readAuthTokens(path)).find(new TextEncoder().encode(text), Date.now());
  assertEquals([found?.name, found?.expiresUnixMs], ["ada", undefined]);
});

Deno.test("token add --expires gives the token an end", async () => {
  await using state = await temporaryDirectory();
  const { stdout } = await token(state.path, "add", "ada", "--expires", "2w");
  const tokens = await readAuthTokens(`${state.path}/auth_tokens.json`);
  const found = tokens.find(new TextEncoder().encode(stdout.trim()), Date.now());
  assertEquals((found?.expiresUnixMs ?? 0) - (found?.createdUnixMs ?? 0), 1_209_600_000);
});

Deno.test("token add --invite prints one line with address, identity and token", async () => {
  await using state = await temporaryDirectory();
  const { code, stdout, stderr } = await token(state.path, "add", "ada", "--invite", "[::1]:5");
  assertEquals(code, 0);
  assertStringIncludes(stderr, "created a new identity");
  assertStringIncludes(stderr, "--join-file");
  const invitation = parseInvitation(stdout.trimEnd());
  const { identity, isNew } = await loadIdentity(state.path);
  assertEquals(isNew, false);
  assertEquals(invitation.relay, { hostname: "::1", port: 5 });
  assertEquals(invitation.identity, identity.fingerprint);
  const tokens = await readAuthTokens(`${state.path}/auth_tokens.json`);
  assertEquals(tokens.find(new TextEncoder().encode(invitation.token), Date.now())?.name, "ada");
});

Deno.test("token add --invite adds nothing when there can be no identity", async () => {
  await using state = await temporaryDirectory();
  await Deno.writeTextFile(`${state.path}/identity.pk8`, "not a key");
  const { code, stdout } = await token(state.path, "add", "ada", "--invite", "relay.example");
  assertEquals([code, stdout], [1, ""]);
  assertEquals((await token(state.path, "list")).code, 1);
});

Deno.test("token add adds nothing when what it prints reaches nobody", async () => {
  await using state = await temporaryDirectory();
  const io = fakeCliIo();
  io.stdout.closed = true;
  assertEquals(await runCli(["token", "add", "ada", "--state", state.path], io, COMMANDS), 1);
  assertStringIncludes(io.stderr.text, "hushcast token: cannot print the token: ");
  assertStringIncludes(io.stderr.text, "; ada was not added\n");
  assertEquals((await token(state.path, "list")).stdout, "");
});

Deno.test("token add refuses a name that is there, until its token is revoked or expired", async () => {
  await using state = await temporaryDirectory();
  const path = `${state.path}/auth_tokens.json`;
  const digest = new Uint8Array(32);
  const expired = { name: "ada", digest, createdUnixMs: 0, expiresUnixMs: 1_000 };
  await addAuthToken(path, expired, 0);
  assertEquals((await token(state.path, "add", "ada")).code, 0);
  const again = await token(state.path, "add", "ada");
  assertEquals([again.code, again.stdout], [1, ""]);
  assertStringIncludes(again.stderr, "revoke that one first");
  assertEquals((await token(state.path, "revoke", "ada")).code, 0);
  assertEquals((await token(state.path, "add", "ada")).code, 0);
});

Deno.test("token list shows names and times in columns, or as JSON lines, and no hashes", async () => {
  await using state = await temporaryDirectory();
  const path = `${state.path}/auth_tokens.json`;
  const record = (name: string, number: number, expiresUnixMs?: number) => ({
    name,
    digest: new Uint8Array(32).fill(number),
    createdUnixMs: Date.UTC(2026, 0, 2, 3, 4, 5, 999),
    expiresUnixMs,
  });
  await addAuthToken(path, record("ada", 1), 0);
  await addAuthToken(path, record("bénédicte", 2, 1_000), 0);
  await addAuthToken(path, record("cleo", 3, Date.UTC(9999, 0, 1)), 0);
  assertEquals(
    (await token(state.path, "list")).stdout,
    "ada        2026-01-02T03:04:05Z  never\n" +
      "bénédicte  2026-01-02T03:04:05Z  expired\n" +
      "cleo       2026-01-02T03:04:05Z  9999-01-01T00:00:00Z\n",
  );
  const { stdout } = await token(state.path, "list", "--json");
  assertEquals(stdout.trim().split("\n").map((line) => JSON.parse(line)), [
    { name: "ada", created: "2026-01-02T03:04:05Z", expires: null, expired: false },
    {
      name: "bénédicte",
      created: "2026-01-02T03:04:05Z",
      expires: "1970-01-01T00:00:01Z",
      expired: true,
    },
    {
      name: "cleo",
      created: "2026-01-02T03:04:05Z",
      expires: "9999-01-01T00:00:00Z",
      expired: false,
    },
  ]);
});

Deno.test("token list says on standard error that there are none", async () => {
  await using state = await temporaryDirectory();
  await token(state.path, "add", "ada");
  await token(state.path, "revoke", "ada");
  const { code, stdout, stderr } = await token(state.path, "list");
  assertEquals([code, stdout], [0, ""]);
  assertStringIncludes(stderr, "holds no tokens");
});

Deno.test("token --auth-tokens takes another file than that of the state directory", async () => {
  await using state = await temporaryDirectory();
  const path = `${state.path}/mine.json`;
  await token(state.path, "add", "ada", "--auth-tokens", path);
  assertMatch((await token(state.path, "list", "--auth-tokens", path)).stdout, /^ada {2}/);
  assertEquals((await token(state.path, "list")).code, 1);
});

const wrong: { args: string[]; code: number; says: string }[] = [
  { args: [], code: 2, says: "missing action: write token add NAME" },
  { args: ["frobnicate"], code: 2, says: 'unknown action "frobnicate": write token add NAME' },
  { args: ["lst"], code: 2, says: "did you mean list?" },
  { args: ["add"], code: 2, says: "missing name: write token add NAME" },
  { args: ["revoke"], code: 2, says: "missing name: write token revoke NAME" },
  { args: ["list", "ada"], code: 2, says: 'unexpected argument "ada"' },
  { args: ["add", "ada", "ben"], code: 2, says: 'unexpected argument "ben"' },
  { args: ["add", "127.0.0.1:5"], code: 2, says: "cannot use client name" },
  { args: ["add", "a".repeat(65)], code: 2, says: "cannot use client name" },
  { args: ["add", "ada", "--expires", "1y"], code: 2, says: "such as 12h or 7d" },
  { args: ["add", "ada", "--invite", "h:0"], code: 2, says: "--invite" },
  { args: ["revoke", "ada"], code: 1, says: "there is no such file" },
  { args: ["list"], code: 1, says: "hushcast token add NAME" },
];

for (const { args, code, says } of wrong) {
  Deno.test(`token ${args.join(" ").slice(0, 30)} exits with ${code}: ${says}`, async () => {
    await using state = await temporaryDirectory();
    const result = await token(state.path, ...args);
    assertEquals([result.code, result.stdout], [code, ""]);
    assertStringIncludes(result.stderr, says);
    assertEquals(result.stderr.trimEnd().split("\n").length, 1);
  });
}

Deno.test("token revoke of a name that is not there exits with 1", async () => {
  await using state = await temporaryDirectory();
  await token(state.path, "add", "ada");
  const { code, stderr } = await token(state.path, "revoke", "ben");
  assertEquals(code, 1);
  assertStringIncludes(stderr, "cannot revoke token ben");
});

import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  addAuthToken,
  type AuthTokensErrorCode,
  AuthTokensFileError,
  listAuthTokens,
  readAuthTokens,
  revokeAuthToken,
} from "../../src/relay/auth_tokens_file.ts";
import { formatAuthTokens } from "../../src/relay/auth_tokens_json.ts";
import { type AdmissionToken, MAX_ADMISSION_TOKENS } from "../../src/session/admission_tokens.ts";
import { StateFileError } from "../../src/settings/state_file.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const NOW = 1_800_000_000_000;

function tokenOf(name: string, { number = 1, expiresUnixMs = Infinity } = {}): AdmissionToken {
  return {
    name,
    digest: new Uint8Array(32).fill(number),
    createdUnixMs: NOW - 1_000,
    expiresUnixMs: expiresUnixMs === Infinity ? undefined : expiresUnixMs,
  };
}

async function failure(action: () => Promise<unknown>, code: AuthTokensErrorCode): Promise<string> {
  const error = await assertRejects(action);
  assertInstanceOf(error, AuthTokensFileError);
  assertEquals(error.code, code);
  return error.message;
}

Deno.test("addAuthToken() makes the file, and adds to it", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/state/tokens.json`;
  const [ada, ben] = [tokenOf("ada"), tokenOf("ben", { number: 2, expiresUnixMs: NOW + 1 })];
  await addAuthToken(path, ada, NOW);
  await addAuthToken(path, ben, NOW);
  assertEquals(await listAuthTokens(path), [ada, ben]);
  assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  assertEquals((await readAuthTokens(path)).size, 2);
});

Deno.test("addAuthToken() refuses a name that is there, until its token has expired", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/tokens.json`;
  await addAuthToken(path, tokenOf("ada", { expiresUnixMs: NOW }), NOW - 2);
  await addAuthToken(path, tokenOf("ben", { number: 2 }), NOW - 2);
  const again = tokenOf("ada", { number: 3 });
  const message = await failure(() => addAuthToken(path, again, NOW - 1), "AUTH_TOKEN_EXISTS");
  assert(message.includes("ada") && message.includes("revoke"), message);
  await addAuthToken(path, again, NOW);
  assertEquals((await listAuthTokens(path)).map(({ name, digest }) => [name, digest[0]]), [
    ["ben", 2],
    ["ada", 3],
  ]);
});

Deno.test("addAuthToken() fills the file up to its bound, and no further", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/tokens.json`;
  const tokens = Array.from({ length: MAX_ADMISSION_TOKENS - 1 }, (_, number) => {
    const digest = new Uint8Array(32);
    new DataView(digest.buffer).setUint32(0, number);
    return { ...tokenOf(`client-${number}-${"x".repeat(40)}`), digest };
  });
  await Deno.writeTextFile(path, formatAuthTokens(tokens));
  await addAuthToken(path, tokenOf("ada", { number: 0xff }), NOW);
  await failure(
    () => addAuthToken(path, tokenOf("ben", { number: 0xfe }), NOW),
    "AUTH_TOKENS_FULL",
  );
  assertEquals((await readAuthTokens(path)).size, MAX_ADMISSION_TOKENS);
});

Deno.test("revokeAuthToken() removes one token and leaves the others", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/tokens.json`;
  for (const [number, name] of ["ada", "ben", "cleo"].entries()) {
    await addAuthToken(path, tokenOf(name, { number }), NOW);
  }
  await revokeAuthToken(path, "ben");
  assertEquals((await listAuthTokens(path)).map(({ name }) => name), ["ada", "cleo"]);
  const message = await failure(() => revokeAuthToken(path, "ben"), "AUTH_TOKEN_UNKNOWN");
  assert(message.includes("ben") && message.includes(path), message);
});

Deno.test("changes at the same time lose none of each other's tokens", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/tokens.json`;
  const names = Array.from({ length: 20 }, (_, number) => `client-${number}`);
  await addAuthToken(path, tokenOf("ada", { number: 0xff }), NOW);
  await Promise.all([
    ...names.map((name, number) => addAuthToken(path, tokenOf(name, { number }), NOW)),
    revokeAuthToken(path, "ada"),
  ]);
  const found = (await listAuthTokens(path)).map(({ name }) => name);
  assertEquals(found.sort(), names.sort());
});

Deno.test("readAuthTokens() says how to make a file that is not there, and makes none", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/tokens.json`;
  for (const action of [readAuthTokens, listAuthTokens, revokeAuthToken]) {
    const message = await failure(() => action(path, "ada"), "AUTH_TOKENS_MISSING");
    assert(message.includes(path) && message.includes("hushcast token add"), message);
  }
  assertEquals(Array.from(Deno.readDirSync(directory.path)), []);
});

for (
  const { name, bytes } of [
    { name: "no tokens", bytes: new TextEncoder().encode("ab".repeat(32)) },
    { name: "what is no UTF-8", bytes: Uint8Array.of(0x22, 0xff, 0x22) },
    { name: "more than 8 MiB", bytes: new Uint8Array(8 * 1024 * 1024 + 1).fill(0x20) },
  ]
) {
  Deno.test(`a token file of ${name} is named, not quoted and not replaced`, async () => {
    await using directory = await temporaryDirectory();
    const path = `${directory.path}/tokens.json`;
    await Deno.writeFile(path, bytes);
    for (
      const action of [
        () => readAuthTokens(path),
        () => addAuthToken(path, tokenOf("ada"), NOW),
        () => revokeAuthToken(path, "ada"),
      ]
    ) {
      const message = await failure(action, "AUTH_TOKENS_MALFORMED");
      assert(message.includes(path) && !message.includes("abab"), message);
    }
    assertEquals((await Deno.stat(path)).size, bytes.byteLength);
  });
}

Deno.test("readAuthTokens() says that it can't read", async () => {
  await using directory = await temporaryDirectory();
  await assertRejects(() => readAuthTokens(directory.path), StateFileError, directory.path);
});

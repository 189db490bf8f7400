import { assertEquals, assertRejects } from "@std/assert";
import { BansNotSavedError, RelayAccess } from "../../src/cli/relay_access.ts";
import type { Ban } from "../../src/session/ban.ts";
import { addAuthToken, AuthTokensFileError } from "../../src/relay/auth_tokens_file.ts";
import { BansFileError } from "../../src/relay/bans_file.ts";
import { RecordingLogger } from "../control/fake_log.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const BAN: Ban = { kind: "name", target: "ada", sinceUnixMs: 0, untilUnixMs: undefined };
const TOKEN = {
  name: "ada",
  digest: new Uint8Array(32),
  createdUnixMs: 0,
  expiresUnixMs: undefined,
};

Deno.test("RelayAccess.read() asks for no tokens unless it is told of a file", async () => {
  await using state = await temporaryDirectory();
  const logger = new RecordingLogger();
  const access = await RelayAccess.read({ authTokens: undefined, state: state.path }, logger);
  assertEquals([access.authTokens, access.bans, access.watchTokens({ setAuthTokens() {} })], [
    undefined,
    [],
    undefined,
  ]);
  assertEquals(logger.lines, []);
});

Deno.test("RelayAccess.read() warns of tokens that lie in the state directory unused", async () => {
  await using state = await temporaryDirectory();
  await addAuthToken(`${state.path}/auth_tokens.json`, TOKEN, 0);
  const logger = new RecordingLogger();
  await RelayAccess.read({ authTokens: undefined, state: state.path }, logger);
  assertEquals(logger.lines.map(({ level, message }) => `${level} ${message}`), [
    "warn admission tokens are not in use: give --auth-tokens",
  ]);
});

Deno.test("RelayAccess.read() does not do without a token file that it was told of", async () => {
  await using state = await temporaryDirectory();
  const settings = { authTokens: `${state.path}/none.json`, state: state.path };
  const reading = () => RelayAccess.read(settings, new RecordingLogger());
  await assertRejects(reading, AuthTokensFileError);
});

Deno.test("RelayAccess.read() does not do without bans that it can't read", async () => {
  await using state = await temporaryDirectory();
  await Deno.writeTextFile(`${state.path}/bans.json`, "nonsense");
  const settings = { authTokens: undefined, state: state.path };
  const reading = () => RelayAccess.read(settings, new RecordingLogger());
  await assertRejects(reading, BansFileError);
});

Deno.test("RelayAccess.saveBans() keeps bans for the next start", async () => {
  await using state = await temporaryDirectory();
  const settings = { authTokens: undefined, state: state.path };
  const access = await RelayAccess.read(settings, new RecordingLogger());
  await access.saveBans([BAN]);
  const next = await RelayAccess.read(settings, new RecordingLogger());
  assertEquals(next.bans, [BAN]);
});

Deno.test("RelayAccess.saveBans() says when bans hold for this run only", async () => {
  await using state = await temporaryDirectory();
  const logger = new RecordingLogger();
  const settings = { authTokens: undefined, state: state.path };
  const access = await RelayAccess.read(settings, logger);
  await Deno.mkdir(`${state.path}/bans.json/in_the_way`, { recursive: true });
  await assertRejects(() => access.saveBans([BAN]), BansNotSavedError, "this run only");
  assertEquals(logger.lines.map(({ message }) => message), ["bans not saved"]);
});

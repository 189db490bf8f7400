import { assert, assertEquals, assertRejects } from "@std/assert";
import { controlLinkOptions, withControlExitCode } from "../../src/cli/control_target.ts";
import { ExitCodeError } from "../../src/cli/exit_code_error.ts";
import { ControlClientError } from "../../src/control/control_client_error.ts";
import { fakeCliIo } from "../support/fake_cli_io.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const TARGET = { host: "127.0.0.1", port: 47_701, tokenFile: undefined, ca: undefined };

Deno.test("controlLinkOptions() reads the token and the certificates", async () => {
  await using directory = await temporaryDirectory();
  const tokenFile = `${directory.path}/token`;
  const ca = `${directory.path}/ca.pem`;
  const pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
  await Deno.writeTextFile(tokenFile, "secret\n");
  await Deno.writeTextFile(ca, pem);
  const { signal } = fakeCliIo();
  const endpoint = { hostname: "127.0.0.1", port: 47_701, signal };
  assertEquals(await controlLinkOptions({ ...TARGET, tokenFile, ca }, { signal }), {
    ...endpoint,
    token: "secret",
    ca: pem,
  });
  const bare = await controlLinkOptions(TARGET, { signal });
  assertEquals([bare.token, bare.ca], [undefined, undefined]);
});

Deno.test("controlLinkOptions() refuses a file that is not there", async () => {
  const target = { ...TARGET, tokenFile: "/nonexistent/token" };
  const error = await assertRejects(() => controlLinkOptions(target, fakeCliIo()), ExitCodeError);
  assertEquals(error.exitCode, 1);
});

const failures = [
  { code: "CONTROL_UNREACHABLE", serverCode: undefined, tokenFile: undefined, message: "Failed" },
  {
    code: "CONTROL_REFUSED",
    serverCode: "AUTH_REQUIRED",
    tokenFile: undefined,
    message: "Failed; give its token with --token-file",
  },
  { code: "CONTROL_REFUSED", serverCode: "AUTH_REQUIRED", tokenFile: "t", message: "Failed" },
] as const;

for (const { code, serverCode, tokenFile, message } of failures) {
  Deno.test(`withControlExitCode() gives ${code} the exit code 3: ${message}, ${tokenFile}`, () => {
    const cause = new ControlClientError(code, "Failed", { serverCode });
    const error = withControlExitCode(cause, { tokenFile });
    assert(error instanceof ExitCodeError);
    assertEquals([error.exitCode, error.message, error.cause], [3, message, cause]);
  });
}

Deno.test("withControlExitCode() leaves other failures alone", () => {
  const tooLong = new ControlClientError("CONTROL_COMMAND_TOO_LONG", "Too long");
  for (const error of [tooLong, new TypeError("bug")]) {
    assertEquals(withControlExitCode(error, TARGET), error);
  }
});

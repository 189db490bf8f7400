import { assert, assertEquals } from "@std/assert";
import { directFailure } from "../../src/cli/direct_failure.ts";
import { ExitCodeError } from "../../src/cli/exit_code_error.ts";
import { DirectClientError } from "../../src/client/direct/direct_client_error.ts";

for (const code of ["HOST_NOT_FOUND", "SERVER_KEY_UNUSABLE"] as const) {
  Deno.test(`directFailure() gives ${code} exit code 3`, () => {
    const cause = new DirectClientError(code, "Cannot go on");
    const error = directFailure(cause);
    assert(error instanceof ExitCodeError);
    assertEquals([error.exitCode, error.message, error.cause], [3, "Cannot go on", cause]);
  });
}

Deno.test("directFailure() explains a key that is not the pinned one, and the way out", () => {
  const cause = new DirectClientError("SERVER_KEY_MISMATCH", "Cannot trust a:1");
  const error = directFailure(cause);
  assert(error instanceof ExitCodeError);
  assertEquals(error.exitCode, 3);
  for (const part of ["Cannot trust a:1. ", "posing as the server", "--server-key"]) {
    assert(error.message.includes(part), `${part} not in: ${error.message}`);
  }
});

Deno.test("directFailure() says what to look at when the server is silent", () => {
  const cause = new DirectClientError("SERVER_SILENT", "Cannot reach server a:1");
  const error = directFailure(cause);
  assert(error instanceof ExitCodeError);
  assertEquals([error.exitCode, error.cause], [3, cause]);
  for (const part of ["Cannot reach server a:1; ", "does it run there", "clocks"]) {
    assert(error.message.includes(part), `${part} not in: ${error.message}`);
  }
});

for (const code of ["MESSAGE_TOO_LARGE", "CLIENT_CLOSED"] as const) {
  Deno.test(`directFailure() leaves ${code} as it is`, () => {
    const error = new DirectClientError(code, "Cannot send");
    assertEquals(directFailure(error), error);
  });
}

Deno.test("directFailure() leaves a mistake of ours as it is", () => {
  const error = new RangeError("bug");
  assertEquals(directFailure(error), error);
});

import { assert, assertEquals } from "@std/assert";
import { clientFailure } from "../../src/cli/client_failure.ts";
import { ExitCodeError } from "../../src/cli/exit_code_error.ts";
import { RelayClientError } from "../../src/client/relay_client_error.ts";
import { RelayIdentityError } from "../../src/client/relay_identity_error.ts";
import { RelayRefusalError } from "../../src/client/relay_refusal_error.ts";

for (
  const code of [
    "HOST_NOT_FOUND",
    "CLOCK_SKEW",
    "REGISTRATION_REFUSED",
    "DISCONNECTED",
    "RELAY_LOST",
    "NOT_ACKNOWLEDGED",
  ] as const
) {
  Deno.test(`clientFailure() gives ${code} exit code 3`, () => {
    const cause = new RelayClientError(code, "Cannot go on");
    const error = clientFailure(cause);
    assert(error instanceof ExitCodeError);
    assertEquals([error.exitCode, error.message, error.cause], [3, "Cannot go on", cause]);
  });
}

for (const code of ["MESSAGE_TOO_LARGE", "SEND_QUEUE_FULL", "CLIENT_CLOSED"] as const) {
  Deno.test(`clientFailure() leaves ${code} as it is`, () => {
    const error = new RelayClientError(code, "Cannot go on");
    assertEquals(clientFailure(error), error);
  });
}

const refusals: { reason: number; wayOut: string }[] = [
  { reason: 1, wayOut: "; give yours with --token-file, or use --join-file" },
  { reason: 2, wayOut: "; it may be revoked or expired: ask for a new one" },
  { reason: 3, wayOut: "" },
  { reason: 4, wayOut: "; only the operator of the relay can lift that" },
  { reason: 6, wayOut: "; take another --name, or the one that your token was made for" },
  {
    reason: 7,
    wayOut: "; set the clocks: those of both machines have to agree within a minute",
  },
  { reason: 200, wayOut: "" },
];

for (const { reason, wayOut } of refusals) {
  Deno.test(`clientFailure() says of a refusal with code ${reason}: "${wayOut}"`, () => {
    const error = clientFailure(new RelayRefusalError(reason, "Cannot register"));
    assert(error instanceof ExitCodeError);
    assertEquals([error.exitCode, error.message], [3, `Cannot register${wayOut}`]);
  });
}

Deno.test("clientFailure() says what to look at when no relay answers", () => {
  const cause = new RelayClientError("RELAY_UNREACHABLE", "Cannot reach relay a:1: no answer");
  const error = clientFailure(cause);
  assert(error instanceof ExitCodeError);
  assertEquals([error.exitCode, error.cause], [3, cause]);
  for (const part of [`${cause.message}; `, "--relay", "--group", "--interface"]) {
    assert(error.message.includes(part), `${part} not in: ${error.message}`);
  }
});

Deno.test("clientFailure() explains a changed identity, and the way out", () => {
  const error = clientFailure(
    new RelayIdentityError("IDENTITY_CHANGED", {
      relay: "a:1",
      expected: "SHA256:old",
      got: "SHA256:new",
      place: { path: "/state/known_relays", lineNumber: 4 },
    }),
  );
  assert(error instanceof ExitCodeError);
  assertEquals(error.exitCode, 3);
  for (const part of ["a:1", "SHA256:old", "SHA256:new", "line 4 of /state/known_relays"]) {
    assert(error.message.includes(part), `${part} not in: ${error.message}`);
  }
});

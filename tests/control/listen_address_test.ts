import {
  assert,
  assertEquals,
  assertFalse,
  assertGreater,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { ControlListenError, isLoopbackHost } from "../../src/control/listen_address.ts";
import { ServerFixture } from "./server_fixture.ts";

for (const hostname of ["127.0.0.1", "127.255.0.9", "::1", "localhost", "LOCALHOST"]) {
  Deno.test(`isLoopbackHost() is true of ${hostname}`, () => assert(isLoopbackHost(hostname)));
}

for (
  const hostname of [
    "",
    "127.0.0.1.example.org",
    "0.0.0.0",
    "::",
    "127.1",
    "localhost.x",
    "10.127.0.0.1",
  ]
) {
  Deno.test(`isLoopbackHost() is false of "${hostname}"`, () =>
    assertFalse(isLoopbackHost(hostname)));
}

for (
  const hostname of ["0.0.0.0", "::", "192.0.2.1", "128.0.0.1", "example.org", "::ffff:127.0.0.1"]
) {
  Deno.test(`ControlServer does not listen on ${hostname} without a token`, () => {
    const error = assertThrows(() => new ServerFixture({ hostname }), ControlListenError);
    assertEquals(error.code, "CONTROL_TOKEN_REQUIRED");
    assertStringIncludes(error.message, hostname);
    assertStringIncludes(error.message, "--control-token-file");
  });
}

for (const hostname of ["127.0.0.1", "127.1.2.3", "localhost"]) {
  Deno.test(`ControlServer listens on ${hostname} without a token`, async () => {
    await using fixture = new ServerFixture({ hostname });
    assertGreater(fixture.endpoint.port, 0);
  });
}

Deno.test("ControlServer listens anywhere with a token", async () => {
  await using fixture = new ServerFixture({ hostname: "0.0.0.0", token: "secret" });
  assertEquals(fixture.endpoint.hostname, "0.0.0.0");
});

Deno.test("ControlServer says that its port is in use, and which", async () => {
  await using fixture = new ServerFixture();
  const { port } = fixture.endpoint;
  const error = assertThrows(() => new ServerFixture({ port }), ControlListenError);
  assertEquals(error.code, "CONTROL_ADDRESS_IN_USE");
  assertEquals(
    error.message,
    `Cannot listen for control connections on 127.0.0.1:${port}: the port is in use`,
  );
});

Deno.test("ControlServer says why it cannot listen on an address of another machine", () => {
  const hostname = "192.0.2.1";
  const error = assertThrows(() => new ServerFixture({ hostname, token: "x" }), ControlListenError);
  assertEquals(error.code, "CONTROL_LISTEN_FAILED");
  assertStringIncludes(error.message, "192.0.2.1:0");
});

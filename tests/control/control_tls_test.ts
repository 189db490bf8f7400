import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { ControlClient } from "../../src/control/control_client.ts";
import { ControlClientError } from "../../src/control/control_client_error.ts";
import { HANDSHAKE_TIMEOUT_MS } from "../../src/control/connection_shell.ts";
import { ControlListenError } from "../../src/control/listen_address.ts";
import { FakeClock } from "./fake_clock.ts";
import { ServerFixture, until } from "./server_fixture.ts";

const pem = (name: string) =>
  Deno.readTextFileSync(new URL(`../testdata/tls/${name}`, import.meta.url));
const tls = { cert: pem("server.pem"), key: pem("server.key") };
const ca = pem("ca.pem");

Deno.test("ControlServer serves over TLS, and ControlClient checks its certificate", async () => {
  await using fixture = new ServerFixture({ tls });
  await using client = await ControlClient.connect({ ...fixture.endpoint, ca });
  const reply = await client.run("list_clients");
  assertEquals(reply.ok, true);
});

Deno.test("ControlServer asks for its token over TLS as well", async () => {
  await using fixture = new ServerFixture({ tls, token: "secret" });
  await using client = await ControlClient.connect({ ...fixture.endpoint, ca, token: "secret" });
  assertEquals((await client.run("get_stats")).ok, true);
  const error = await assertRejects(
    () => ControlClient.connect({ ...fixture.endpoint, ca }),
    ControlClientError,
  );
  assertEquals(error.serverCode, "AUTH_REQUIRED");
});

Deno.test("ControlServer does not listen outside this machine without a token, TLS or not", () => {
  const error = assertThrows(
    () => new ServerFixture({ hostname: "0.0.0.0", tls }),
    ControlListenError,
  );
  assertEquals(error.code, "CONTROL_TOKEN_REQUIRED");
});

Deno.test("ControlClient refuses a certificate that nobody it trusts vouches for", async () => {
  await using fixture = new ServerFixture({ tls, token: "secret" });
  const connecting = () =>
    ControlClient.connect({ ...fixture.endpoint, ca: pem("other_ca.pem"), token: "secret" });
  const error = await assertRejects(connecting, ControlClientError);
  assertEquals(error.code, "CONTROL_UNTRUSTED");
});

Deno.test("ControlClient refuses a server that speaks no TLS", async () => {
  await using fixture = new ServerFixture();
  const error = await assertRejects(
    () => ControlClient.connect({ ...fixture.endpoint, ca }),
    ControlClientError,
  );
  assertEquals(error.code, "CONTROL_UNTRUSTED");
});

Deno.test("ControlServer closes a connection that speaks no TLS, and serves others on", async () => {
  await using fixture = new ServerFixture({ tls });
  using conn = await Deno.connect(fixture.endpoint);
  await conn.write(new TextEncoder().encode("list_clients\n"));
  await until(() => fixture.server.connectionCount === 0);
  await using client = await ControlClient.connect({ ...fixture.endpoint, ca });
  assertEquals((await client.run("list_clients")).ok, true);
  assertEquals(fixture.logger.lines.filter(({ level }) => level === "error"), []);
});

Deno.test("ControlServer gives up on a client that never ends the handshake", async () => {
  const clock = new FakeClock();
  await using fixture = new ServerFixture({ tls, clock });
  using _conn = await Deno.connect(fixture.endpoint);
  await until(() => fixture.server.connectionCount === 1);
  clock.advance(HANDSHAKE_TIMEOUT_MS - 1);
  assertEquals(fixture.server.connectionCount, 1);
  clock.advance(1);
  await until(() => fixture.server.connectionCount === 0);
});

Deno.test("ControlServer gives the place of one in a handshake to the next who comes", async () => {
  await using fixture = new ServerFixture({ tls, maxConnections: 1 });
  using _conn = await Deno.connect(fixture.endpoint);
  await until(() => fixture.server.connectionCount === 1);
  await using client = await ControlClient.connect({ ...fixture.endpoint, ca });
  assertEquals((await client.run("list_clients")).ok, true);
});

Deno.test("ControlServer closes while a client is in its handshake", async () => {
  const fixture = new ServerFixture({ tls });
  using _conn = await Deno.connect(fixture.endpoint);
  await until(() => fixture.server.connectionCount === 1);
  await fixture[Symbol.asyncDispose]();
  assertEquals(fixture.server.connectionCount, 0);
});

Deno.test("ControlClient can be given up in the middle of a handshake", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const controller = new AbortController();
  const { hostname, port } = silent.addr;
  const connecting = ControlClient.connect({ hostname, port, ca, signal: controller.signal });
  using _conn = await silent.accept();
  const reason = new Error("enough");
  controller.abort(reason);
  assertEquals(await assertRejects(() => connecting, Error), reason);
});

const unusable = [
  { name: "a certificate that is none", tls: { ...tls, cert: "nonsense" } },
  { name: "a key that is none", tls: { ...tls, key: "nonsense" } },
  { name: "the certificate of another key", tls: { ...tls, cert: pem("other_ca.pem") } },
];

for (const { name, tls } of unusable) {
  Deno.test(`ControlServer says that it can't use ${name}`, () => {
    const error = assertThrows(() => new ServerFixture({ tls }), ControlListenError);
    assertEquals(error.code, "CONTROL_TLS_UNUSABLE");
    assertStringIncludes(error.message, "certificate and key of the control port");
  });
}

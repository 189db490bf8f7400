import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HttpListenError } from "../../src/http/http_listen_error.ts";
import type { HttpServerOptions } from "../../src/http/http_server_options.ts";
import { HttpServerFixture } from "../support/http_server_fixture.ts";

async function failure(options: Partial<HttpServerOptions>): Promise<HttpListenError> {
  return await assertRejects(() => HttpServerFixture.start(options), HttpListenError);
}

for (const hostname of ["0.0.0.0", "::", "192.0.2.1", "relay.example", "127.0.0.1.example"]) {
  Deno.test(`HttpServer does not listen on ${hostname} without a token`, async () => {
    const error = await failure({ hostname });
    assertEquals(error.code, "HTTP_TOKEN_REQUIRED");
    assertStringIncludes(error.message, hostname);
    assertStringIncludes(error.message, "--control-token-file");
  });
}

Deno.test("HttpServer listens anywhere with a token", async () => {
  await using fixture = await HttpServerFixture.start({ hostname: "0.0.0.0", token: "secret" });
  assertEquals(fixture.server.endpoint.hostname, "0.0.0.0");
});

Deno.test("HttpServer listens on localhost without a token", async () => {
  await using fixture = await HttpServerFixture.start({ hostname: "localhost" });
  const reply = await fetch(fixture.url("/healthz"));
  assertEquals(await reply.text(), "ok\n");
});

Deno.test("HttpServer says that its port is in use, and which", async () => {
  await using fixture = await HttpServerFixture.start();
  const { port } = fixture.server.endpoint;
  const error = await failure({ port });
  assertEquals(error.code, "HTTP_ADDRESS_IN_USE");
  assertEquals(error.message, `Cannot serve HTTP on 127.0.0.1:${port}: the port is in use`);
});

Deno.test("HttpServer says why it cannot listen on an address of another machine", async () => {
  const error = await failure({ hostname: "192.0.2.1", token: "secret" });
  assertEquals(error.code, "HTTP_LISTEN_FAILED");
  assertStringIncludes(error.message, "192.0.2.1:0");
});

Deno.test("HttpServer does not take an empty token for none", async () => {
  await assertRejects(() => HttpServerFixture.start({ token: "" }), RangeError);
});

const pem = (name: string) =>
  Deno.readTextFileSync(new URL(`../testdata/tls/${name}`, import.meta.url));
const tls = { cert: pem("server.pem"), key: pem("server.key") };

for (
  const [name, unusable] of [
    ["a certificate that is none", { ...tls, cert: "nonsense" }],
    ["a key that is none", { ...tls, key: "nonsense" }],
    ["the certificate of another key", { ...tls, cert: pem("other_ca.pem") }],
  ] as const
) {
  Deno.test(`HttpServer says that it can't use ${name}`, async () => {
    assertEquals((await failure({ tls: unusable })).code, "HTTP_TLS_UNUSABLE");
  });
}

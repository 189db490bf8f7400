import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { HttpServerFixture, RawHttpClient, SHORT_LIMITS } from "../support/http_server_fixture.ts";

const pem = (name: string) =>
  Deno.readTextFileSync(new URL(`../testdata/tls/${name}`, import.meta.url));
const tls = { cert: pem("server.pem"), key: pem("server.key") };
const ca = pem("ca.pem");

async function connectTls({ server }: HttpServerFixture): Promise<RawHttpClient> {
  return new RawHttpClient(await Deno.connectTls({ ...server.endpoint, caCerts: [ca] }));
}

Deno.test("HttpServer serves over TLS, and keeps its cookie there", async () => {
  await using fixture = await HttpServerFixture.start({ tls, token: "secret" });
  using client = Deno.createHttpClient({ caCerts: [ca] });
  assert(fixture.server.url.startsWith("https://127.0.0.1:"));
  const login = await fetch(fixture.url("/login"), {
    client,
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ token: "secret" }),
    headers: { Origin: new URL(fixture.server.url).origin },
  });
  await login.body?.cancel();
  assertEquals(login.status, 303);
  assertStringIncludes(login.headers.get("Set-Cookie") ?? "", "; Secure");
});

Deno.test("HttpServer over TLS refuses what a page without TLS sends", async () => {
  await using fixture = await HttpServerFixture.start({ tls });
  using client = Deno.createHttpClient({ caCerts: [ca] });
  const Origin = `http://${new URL(fixture.server.url).host}`;
  const reply = await fetch(fixture.url("/logout"), {
    client,
    method: "POST",
    headers: { Origin },
  });
  assertEquals(reply.status, 403);
  await reply.body?.cancel();
});

Deno.test("HttpServer over TLS streams events until it closes", async () => {
  const fixture = await HttpServerFixture.start({ tls });
  using client = await connectTls(fixture);
  await client.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await client.readUntil((text) => text.includes("event: clients"));
  await fixture.server.close("enough");
  assertMatch(await client.readAll(), /event: shutdown\ndata: {"reason":"enough"}/);
});

Deno.test("HttpServer over TLS closes a connection that speaks none, and serves on", async () => {
  await using fixture = await HttpServerFixture.start({ tls });
  using stranger = await fixture.connect();
  await stranger.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assertEquals((await stranger.readAll()).includes("HTTP/1.1"), false);
  using client = await connectTls(fixture);
  await client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  assert((await client.readUntil((text) => text.endsWith("ok\n"))).startsWith("HTTP/1.1 200 OK"));
  assertEquals(fixture.complaints, []);
});

Deno.test("HttpServer gives up on one who never ends the handshake, or says nothing", async () => {
  await using fixture = await HttpServerFixture.start({ tls, limits: SHORT_LIMITS });
  using silent = await fixture.connect();
  assertEquals(await silent.readAll(), "");
});

Deno.test("HttpServer closes while a client is in its handshake", async () => {
  const fixture = await HttpServerFixture.start({ tls });
  using client = await fixture.connect();
  await fixture.server.close("enough");
  assertEquals(await client.readAll(), "");
});

Deno.test("HttpServer over TLS closes a connection that sends too many requests ahead", async () => {
  await using fixture = await HttpServerFixture.start({ tls });
  using client = await connectTls(fixture);
  const body = "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc";
  await client.send(body.repeat(100));
  await client.readAll();
  assertEquals(fixture.complaints, []);
});

import { assert, assertEquals, assertMatch } from "@std/assert";
import { MAX_REQUESTS_AHEAD } from "../../src/http/http_connections.ts";
import { DEFAULT_HTTP_LIMITS } from "../../src/http/http_limits.ts";
import { SECURITY_HEADERS } from "../../src/http/security_headers.ts";
import { FakeHttpClock } from "../support/http_fake_clock.ts";
import { HttpServerFixture, SHORT_LIMITS } from "../support/http_server_fixture.ts";
import { waitFor } from "../support/wait_for.ts";

const HEAD = "Host: localhost\r\n";

interface Attack {
  readonly name: string;
  readonly bytes: string;
  /** The first line of the answer, or nothing. */
  readonly answer: RegExp;
}

const attacks: readonly Attack[] = [
  { name: "nothing at all", bytes: "", answer: /^HTTP\/1.1 408 Request Timeout\r\n/ },
  {
    name: "a head that does not end",
    bytes: `GET / HTTP/1.1\r\n${HEAD}`,
    answer: /^HTTP\/1.1 408 Request Timeout\r\n/,
  },
  {
    name: "a body that does not end",
    bytes: `POST /login HTTP/1.1\r\n${HEAD}Content-Length: 10\r\n\r\nabc`,
    answer: /^$/,
  },
  {
    name: "a head that is too long",
    bytes: `GET / HTTP/1.1\r\n${HEAD}X: ${"y".repeat(17 << 10)}\r\n\r\n`,
    answer: /^HTTP\/1.1 431 Request Header Fields Too Large\r\n/,
  },
  {
    name: "a path that is too long",
    bytes: `GET /${"y".repeat(17 << 10)} HTTP/1.1\r\n${HEAD}\r\n`,
    answer: /^HTTP\/1.1 431 /,
  },
  { name: "no HTTP", bytes: "list_clients\n\n", answer: /^HTTP\/1.1 400 Bad Request\r\n/ },
  { name: "binary", bytes: "\x16\x03\x01\x00\xa5", answer: /^HTTP\/1.1 400 / },
  {
    name: "garbage behind a request",
    bytes: `GET /healthz HTTP/1.1\r\n${HEAD}\r\n\x00\x01garbage\r\n\r\n`,
    answer: /^(HTTP\/1.1 |$)/,
  },
  {
    name: "both lengths of a body",
    bytes:
      `POST /login HTTP/1.1\r\n${HEAD}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    answer: /^HTTP\/1.1 400 /,
  },
  {
    name: "no host",
    bytes: "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n",
    answer: /^HTTP\/1.1 400 Bad Request\r\n/,
  },
  {
    name: "two hosts",
    bytes: `GET /healthz HTTP/1.1\r\n${HEAD}Host: evil.example\r\nConnection: close\r\n\r\n`,
    answer: /^HTTP\/1.1 400 /,
  },
  {
    name: "two hosts far apart",
    bytes: `GET /healthz HTTP/1.1\r\n${HEAD}${"a:b\r\n".repeat(2_000)}Host: evil.example\r\n` +
      "Connection: close\r\n\r\n",
    answer: /^HTTP\/1.1 400 /,
  },
  {
    name: "an expectation that nobody knows",
    bytes: `GET /healthz HTTP/1.1\r\n${HEAD}Expect: cake\r\nConnection: close\r\n\r\n`,
    answer: /^HTTP\/1.1 200 OK\r\n/,
  },
  {
    name: "another host",
    bytes: "GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    answer: /^HTTP\/1.1 403 /,
  },
  {
    name: "a request for a proxy",
    bytes: `GET http://evil.example/ HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
    answer: /^HTTP\/1.1 400 /,
  },
  { name: "a tunnel", bytes: `CONNECT evil.example:1 HTTP/1.1\r\n${HEAD}\r\n`, answer: /^$/ },
  {
    name: "another protocol",
    bytes: `GET /events HTTP/1.1\r\n${HEAD}Connection: Upgrade, close\r\nUpgrade: websocket\r\n` +
      "Origin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\n\r\n",
    answer: /^HTTP\/1.1 403 /,
  },
];

for (const { name, bytes, answer } of attacks) {
  Deno.test(`HttpServer closes a connection that sends ${name}, and serves on`, async () => {
    await using fixture = await HttpServerFixture.start({ limits: SHORT_LIMITS });
    using client = await fixture.connect();
    await client.send(bytes);
    const text = await client.readAll();
    assertMatch(text, answer);
    if (text !== "") {
      for (const [field, value] of Object.entries(SECURITY_HEADERS)) {
        assert(text.includes(`${field}: ${value}\r\n`), field);
      }
    }
    assertEquals(await (await fetch(fixture.url("/healthz"))).text(), "ok\n");
    assertEquals(fixture.complaints, []);
  });
}

Deno.test("HttpServer does not put an answer to garbage into a stream of events", async () => {
  await using fixture = await HttpServerFixture.start({ limits: SHORT_LIMITS });
  using client = await fixture.connect();
  await client.send(`GET /events HTTP/1.1\r\n${HEAD}\r\n`);
  await client.readUntil((text) => text.includes("event: clients"));
  await client.send("garbage\r\n\r\n");
  assertEquals((await client.readAll()).includes("HTTP/1.1"), false);
  await waitFor(() => fixture.fakes.log.readerCount === 1);
});

Deno.test("HttpServer answers many requests that are sent at once in their order", async () => {
  await using fixture = await HttpServerFixture.start();
  using client = await fixture.connect();
  const request = `GET /healthz HTTP/1.1\r\n${HEAD}\r\n`;
  const last = `GET /readyz HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`;
  await client.send(request.repeat(MAX_REQUESTS_AHEAD - 1) + last);
  const text = await client.readAll();
  assertEquals(text.match(/\r\nok\n/g)?.length, MAX_REQUESTS_AHEAD - 1);
  assert(text.endsWith("ready\n"));
});

Deno.test("HttpServer closes a connection that sends too many requests ahead", async () => {
  const metrics = { contentType: "text/plain", text: () => Promise.resolve("x".repeat(32 << 20)) };
  await using fixture = await HttpServerFixture.start({ metrics });
  using client = await fixture.connect();
  const request = `GET /healthz HTTP/1.1\r\n${HEAD}\r\n`;
  await client.send(`GET /metrics HTTP/1.1\r\n${HEAD}\r\n` + request.repeat(MAX_REQUESTS_AHEAD));
  assert((await client.readAll()).length < 32 << 20);
  assertEquals(await (await fetch(fixture.url("/healthz"))).text(), "ok\n");
  assertEquals(fixture.complaints, []);
});

Deno.test("HttpServer forgets a reader whose stream waited behind another reply", async () => {
  const metrics = { contentType: "text/plain", text: () => Promise.resolve("x".repeat(32 << 20)) };
  await using fixture = await HttpServerFixture.start({ metrics });
  const client = await fixture.connect();
  await client.send(
    ["/metrics", "/events", "/events", "/events"].map((path) =>
      `GET ${path} HTTP/1.1\r\n${HEAD}\r\n`
    ).join(""),
  );
  await waitFor(() => fixture.fakes.log.readerCount === 4);
  client[Symbol.dispose]();
  await waitFor(() => fixture.fakes.log.readerCount === 1);
});

Deno.test("HttpServer closes connections past its bound, and has room again later", async () => {
  await using fixture = await HttpServerFixture.start();
  const clients = await Promise.all(Array.from({ length: 300 }, () => fixture.connect()));
  const served = await Promise.all(clients.map(async (client) => {
    try {
      await client.send(`GET /healthz HTTP/1.1\r\n${HEAD}\r\n`);
      return (await client.readUntil((text) => text.endsWith("ok\n"))) !== "";
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) return false;
      if (error instanceof Deno.errors.ConnectionReset) return false;
      throw error;
    }
  }));
  assertEquals(served.filter((isServed) => isServed).length, DEFAULT_HTTP_LIMITS.maxConnections);
  for (const client of clients) client[Symbol.dispose]();
  const isServed = async () => {
    using client = await fixture.connect();
    await client.send(`GET /healthz HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`);
    return (await client.readAll()) !== "";
  };
  // The server hears of the ends of the others in its own time.
  let isRoom = false;
  for (let attempt = 0; attempt < 1_000 && !isRoom; attempt++) isRoom = await isServed();
  assert(isRoom);
});

Deno.test("HttpServer gives up on one who does not read his reply", async () => {
  const clock = new FakeHttpClock();
  const metrics = { contentType: "text/plain", text: () => Promise.resolve("x".repeat(32 << 20)) };
  await using fixture = await HttpServerFixture.start({ metrics, clock });
  using client = await fixture.connect();
  await client.send(`GET /metrics HTTP/1.1\r\n${HEAD}\r\n`);
  // Beside the timer of the seconds.
  await waitFor(() => clock.timerCount === 2);
  clock.advance(DEFAULT_HTTP_LIMITS.replyTimeoutMs);
  assert((await client.readAll()).length < 32 << 20);
  await waitFor(() => clock.timerCount === 1);
});

Deno.test("HttpServer ends the quiet between two requests", async () => {
  await using fixture = await HttpServerFixture.start({ limits: SHORT_LIMITS });
  using client = await fixture.connect();
  await client.send(`GET /healthz HTTP/1.1\r\n${HEAD}\r\n`);
  assert((await client.readAll()).includes("\r\nok\n"));
});

Deno.test("HttpServer lets a stream of events outlive the bounds of requests", async () => {
  await using fixture = await HttpServerFixture.start({ limits: SHORT_LIMITS });
  using client = await fixture.connect();
  await client.send(`GET /events HTTP/1.1\r\n${HEAD}\r\n`);
  const text = await client.readUntil((soFar) => soFar.includes("event: point"));
  assert(text.includes("event: point"));
});

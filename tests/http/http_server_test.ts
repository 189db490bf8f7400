import { assert, assertEquals, assertGreater, assertLess, assertStringIncludes } from "@std/assert";
import { MAX_BODY_BYTES } from "../../src/http/http_request.ts";
import { CLOSE_TIMEOUT_MS } from "../../src/http/http_server.ts";
import { SECURITY_HEADERS } from "../../src/http/security_headers.ts";
import { parseEvents } from "../support/http_event_log.ts";
import { HttpServerFixture } from "../support/http_server_fixture.ts";
import { waitFor } from "../support/wait_for.ts";

const JSON_HEADERS = { "Content-Type": "application/json" };

Deno.test("HttpServer serves what its core answers, with all headers", async () => {
  await using fixture = await HttpServerFixture.start();
  const reply = await fetch(fixture.url("/metrics"));
  assertEquals([reply.status, await reply.text()], [200, "up 1\n"]);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    assertEquals(reply.headers.get(name), value);
  }
  assertEquals(reply.headers.get("Content-Length"), "5");
  const missing = await fetch(fixture.url("/nothing"));
  assertEquals([missing.status, await missing.text()], [404, "Not found\n"]);
  assertEquals(fixture.complaints, []);
});

Deno.test("HttpServer says where it listens", async () => {
  await using fixture = await HttpServerFixture.start();
  const { endpoint, url } = fixture.server;
  assertEquals(endpoint.hostname, "127.0.0.1");
  assertGreater(endpoint.port, 0);
  assertEquals(url, `http://127.0.0.1:${endpoint.port}/`);
});

Deno.test("HttpServer answers HEAD with the head of GET and without a body", async () => {
  await using fixture = await HttpServerFixture.start();
  using client = await fixture.connect();
  await client.send("HEAD /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
  const text = await client.readAll();
  assert(text.startsWith("HTTP/1.1 200 OK\r\n"));
  assertStringIncludes(text, "Content-Length: 5\r\n");
  assert(text.endsWith("\r\n\r\n"));
});

Deno.test("HttpServer logs one in by the form, in whose name a command is then done", async () => {
  await using fixture = await HttpServerFixture.start({ token: "sécret" });
  const login = await fetch(fixture.url("/login"), {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ token: "sécret" }),
    headers: { Origin: new URL(fixture.server.url).origin },
  });
  await login.body?.cancel();
  assertEquals([login.status, login.headers.get("Location")], [303, "/"]);
  const [cookie = ""] = (login.headers.get("Set-Cookie") ?? "").split(";");
  const command = await fetch(fixture.url("/api/command"), {
    method: "POST",
    headers: { ...JSON_HEADERS, Cookie: cookie },
    body: JSON.stringify({ command: "kick_client", args: ["pump-3", "é"] }),
  });
  assertEquals((await command.json()).ok, true);
  assertEquals(fixture.fakes.admin.calls, ["kick pump-3: é"]);
});

Deno.test("HttpServer takes a bearer token of any bytes", async () => {
  await using fixture = await HttpServerFixture.start({ token: "sécret" });
  using client = await fixture.connect();
  await client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
  await client.send("Authorization: Bearer sécret\r\n\r\n");
  assert((await client.readAll()).startsWith("HTTP/1.1 200 OK\r\n"));
});

for (
  const { bytes, status } of [
    { bytes: MAX_BODY_BYTES, status: 404 },
    { bytes: MAX_BODY_BYTES + 1, status: 413 },
    { bytes: 1 << 20, status: 413 },
  ]
) {
  Deno.test(`HttpServer answers a body of ${bytes} bytes with ${status}`, async () => {
    await using fixture = await HttpServerFixture.start();
    const frame = JSON.stringify({ command: "kick_client", args: ["x", ""] });
    const reply = await fetch(fixture.url("/api/command"), {
      method: "POST",
      headers: JSON_HEADERS,
      body: frame.replace('""', `"${"y".repeat(bytes - frame.length)}"`),
    });
    assertEquals([reply.status, (await reply.json()).ok], [status, false]);
  });
}

Deno.test("HttpServer does not wait for the end of a body without end", async () => {
  await using fixture = await HttpServerFixture.start();
  using client = await fixture.connect();
  await client.send("POST /api/command HTTP/1.1\r\nHost: localhost\r\n");
  await client.send("Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n");
  await client.send("x".repeat((1 << 20) + 1));
  assert((await client.readUntil((text) => text.includes("\r\n"))).startsWith("HTTP/1.1 413 "));
});

Deno.test("HttpServer streams events until it closes, and says why", async () => {
  await using fixture = await HttpServerFixture.start();
  const reply = await fetch(fixture.url("/events?level=debug"));
  assertEquals(reply.headers.get("Content-Type"), "text/event-stream");
  const text = reply.text();
  // The reader's subscription, beside that of the history.
  await waitFor(() => fixture.fakes.log.readerCount === 2);
  fixture.fakes.log.write("é\n", "DEBUG");
  await fixture.server.close("Shut down by the operator");
  const events = parseEvents((await text).replace("retry: 2000\n\n", ""));
  assertEquals(
    events.map(({ type }) => type),
    ["server", "history", "log_history", "clients", "log", "shutdown"],
  );
  assertEquals(events.at(-2)?.data.message, "é\n");
  assertEquals(events.at(-1)?.data, { reason: "Shut down by the operator" });
  assertEquals(fixture.fakes.log.readerCount, 0);
});

Deno.test("HttpServer forgets a reader who goes away", async () => {
  await using fixture = await HttpServerFixture.start();
  const controller = new AbortController();
  const reply = await fetch(fixture.url("/events"), { signal: controller.signal });
  assertEquals(fixture.fakes.log.readerCount, 2);
  controller.abort();
  await reply.text().catch(() => undefined);
  await waitFor(() => fixture.fakes.log.readerCount === 1);
  assertEquals(fixture.complaints, []);
});

Deno.test("HttpServer serves one who ends his sending direction behind the request", async () => {
  await using fixture = await HttpServerFixture.start();
  using client = await fixture.connect();
  await client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await client.endInput();
  assert((await client.readAll()).endsWith("\r\n\r\nok\n"));
});

Deno.test("HttpServer writes the reply to exit before it is done", async () => {
  await using fixture = await HttpServerFixture.start();
  const reply = await fetch(fixture.url("/api/command"), {
    method: "POST",
    headers: JSON_HEADERS,
    body: '{"command":"exit"}',
  });
  assertEquals((await reply.json()).lines, ["shutting down"]);
  await waitFor(() => fixture.fakes.admin.calls.length > 0);
  assertEquals(fixture.fakes.admin.calls, ["shutdown: Shut down by the operator"]);
});

Deno.test("HttpServer does a command to its end when the one who gave it goes away", async () => {
  await using fixture = await HttpServerFixture.start();
  const rotation = Promise.withResolvers<string>();
  fixture.fakes.admin.rotation = () => rotation.promise;
  const client = await fixture.connect();
  const body = '{"command":"rotate_keys"}';
  await client.send("POST /api/command HTTP/1.1\r\nHost: localhost\r\n");
  await client.send(`Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`);
  await client.send(body);
  await waitFor(() => fixture.fakes.admin.calls.length > 0);
  client[Symbol.dispose]();
  rotation.resolve("SHA256:abc");
  await waitFor(() => fixture.fakes.logger.lines.some(({ message }) => message === "http command"));
  assertEquals(await (await fetch(fixture.url("/healthz"))).text(), "ok\n");
  assertEquals(fixture.complaints, []);
});

Deno.test("HttpServer answers what it cannot write with a closed connection", async () => {
  const metrics = { contentType: "text/plain\r\nX: y", text: () => Promise.resolve("up 1\n") };
  await using fixture = await HttpServerFixture.start({ metrics });
  using client = await fixture.connect();
  await client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assertEquals(await client.readAll(), "");
  assertEquals(fixture.complaints.length, 1);
  assertStringIncludes(fixture.complaints[0] ?? "", "http reply failed");
});

Deno.test("HttpServer.close() does not wait for those who keep a connection open", async () => {
  const fixture = await HttpServerFixture.start();
  using idle = await fixture.connect();
  using silent = await fixture.connect();
  await idle.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await idle.readUntil((text) => text.endsWith("ok\n"));
  const beganMs = performance.now();
  await Promise.all([fixture.server.close("enough"), fixture.server.close("enough")]);
  assertLess(performance.now() - beganMs, CLOSE_TIMEOUT_MS + 2_000);
  assertEquals([await idle.readAll(), await silent.readAll()], ["", ""]);
  await fixture.server.close("enough");
});

Deno.test("HttpServer.close() does not wait for a command that never ends", async () => {
  const fixture = await HttpServerFixture.start();
  fixture.fakes.admin.rotation = () => new Promise(() => undefined);
  const asking = fetch(fixture.url("/api/command"), {
    method: "POST",
    headers: JSON_HEADERS,
    body: '{"command":"rotate_keys"}',
  }).catch(() => "lost");
  await waitFor(() => fixture.fakes.admin.calls.length > 0);
  await fixture.server.close("enough");
  assertEquals(await asking, "lost");
});

Deno.test("HttpServer tells a point each second", async () => {
  await using fixture = await HttpServerFixture.start();
  const controller = new AbortController();
  const { body } = await fetch(fixture.url("/events"), { signal: controller.signal });
  assert(body !== null);
  let text = "";
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes("event: point")) break;
  }
  controller.abort();
});

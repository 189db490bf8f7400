import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EventReader } from "../../src/http/feed/event_reader.ts";
import { SECURITY_HEADERS } from "../../src/http/security_headers.ts";
import {
  type AskOptions,
  commandRequest,
  HttpServiceFixture,
  loginForm,
  textOfReply,
} from "../support/http_service_fixture.ts";

interface CoreCase {
  readonly name: string;
  readonly target: string;
  readonly options?: AskOptions;
  readonly token?: string;
  readonly status: number;
}

const FOREIGN = { origin: "http://evil.example" };
const FORM = { "content-type": "application/x-www-form-urlencoded" };

const cases: readonly CoreCase[] = [
  { name: "the dashboard", target: "/", status: 200 },
  { name: "the dashboard with a query", target: "/?x=y", status: 200 },
  { name: "the script", target: "/assets/dashboard.js", status: 200 },
  { name: "the style sheet", target: "/assets/dashboard.css", status: 200 },
  { name: "the icon", target: "/assets/icon.svg", status: 200 },
  { name: "the metrics", target: "/metrics", status: 200 },
  { name: "health", target: "/healthz", status: 200 },
  { name: "readiness", target: "/readyz", status: 200 },
  { name: "events", target: "/events", status: 200 },
  { name: "the session", target: "/api/session", status: 200 },
  { name: "the login form without a token", target: "/login", status: 303 },
  { name: "a login without a token", target: "/login", options: loginForm("x"), status: 303 },
  { name: "a logout without a token", target: "/logout", options: { method: "POST" }, status: 303 },
  {
    name: "a command",
    target: "/api/command",
    options: commandRequest({ command: "get_stats" }),
    status: 200,
  },
  { name: "an unknown path", target: "/nothing", status: 404 },
  { name: "a path of other case", target: "/Metrics", status: 404 },
  { name: "a path with a slash more", target: "/metrics/", status: 404 },
  { name: "a path that climbs", target: "/assets/../metrics", status: 404 },
  { name: "an encoded path", target: "/%6detrics", status: 404 },
  { name: "the name of a member of every object", target: "/__proto__", status: 404 },
  { name: "another server's address", target: "http://evil.example/", status: 400 },
  { name: "all of the server", target: "*", options: { method: "OPTIONS" }, status: 400 },
  { name: "no host", target: "/healthz", options: { headers: { host: [] } }, status: 400 },
  { name: "an empty host", target: "/healthz", options: { headers: { host: "" } }, status: 400 },
  {
    name: "two hosts",
    target: "/healthz",
    options: { headers: { host: ["127.0.0.1", "127.0.0.1"] } },
    status: 400,
  },
  {
    name: "a name that was made to lead here",
    target: "/healthz",
    options: { headers: { host: "evil.example:47702" } },
    status: 403,
  },
  {
    name: "a name that was made to lead here, for a path that there is not",
    target: "/nothing",
    options: { headers: { host: "127.0.0.1.evil.example" } },
    status: 403,
  },
  { name: "POST of metrics", target: "/metrics", options: { method: "POST" }, status: 405 },
  { name: "GET of a command", target: "/api/command", status: 405 },
  { name: "GET of logout", target: "/logout", status: 405 },
  { name: "OPTIONS", target: "/api/command", options: { method: "OPTIONS" }, status: 405 },
  { name: "TRACE", target: "/", options: { method: "TRACE" }, status: 405 },
  { name: "get in lower case", target: "/", options: { method: "get" }, status: 405 },
  {
    name: "a command of another site",
    target: "/api/command",
    options: {
      ...commandRequest({ command: "exit" }),
      headers: { ...FOREIGN, "content-type": "application/json" },
    },
    status: 403,
  },
  {
    name: "a login of another site",
    target: "/login",
    token: "secret",
    options: { ...loginForm("secret"), headers: { ...FOREIGN, ...FORM } },
    status: 403,
  },
  {
    name: "a logout of another site",
    target: "/logout",
    options: { method: "POST", headers: { "sec-fetch-site": "cross-site" } },
    status: 403,
  },
  {
    name: "metrics for a page of another site",
    target: "/metrics",
    options: { headers: { "sec-fetch-site": "cross-site" } },
    status: 403,
  },
  {
    name: "events for a page of another port",
    target: "/events",
    options: { headers: { "sec-fetch-site": "same-site" } },
    status: 403,
  },
  {
    name: "the dashboard for one who follows a link",
    target: "/",
    options: { headers: { "sec-fetch-site": "cross-site" } },
    status: 200,
  },
  {
    name: "a body too large for a page",
    target: "/",
    options: { body: "too_large" },
    status: 413,
  },
  {
    name: "a body too large for a command",
    target: "/api/command",
    options: { ...commandRequest({}), body: "too_large" },
    status: 413,
  },
  {
    name: "a command without a type",
    target: "/api/command",
    options: { method: "POST", body: '{"command":"exit"}' },
    status: 415,
  },
  {
    name: "a command as a form",
    target: "/api/command",
    options: { method: "POST", headers: FORM, body: '{"command":"exit"}' },
    status: 415,
  },
  {
    name: "a command as text",
    target: "/api/command",
    options: { method: "POST", headers: { "content-type": "text/plain" }, body: "exit" },
    status: 415,
  },
  {
    name: "a login in JSON",
    target: "/login",
    token: "secret",
    options: { method: "POST", headers: { "content-type": "application/json" }, body: "{}" },
    status: 415,
  },
  {
    name: "a command that is not UTF-8",
    target: "/api/command",
    options: commandRequest(Uint8Array.of(0x22, 0xff, 0x22)),
    status: 400,
  },
  { name: "the dashboard without a login", target: "/", token: "secret", status: 303 },
  { name: "the login form", target: "/login", token: "secret", status: 200 },
  { name: "metrics without a login", target: "/metrics", token: "secret", status: 401 },
  { name: "events without a login", target: "/events", token: "secret", status: 401 },
  { name: "the session without a login", target: "/api/session", token: "secret", status: 401 },
  {
    name: "a command without a login",
    target: "/api/command",
    token: "secret",
    options: commandRequest({ command: "exit" }),
    status: 401,
  },
  { name: "health without a login", target: "/healthz", token: "secret", status: 200 },
  { name: "readiness without a login", target: "/readyz", token: "secret", status: 200 },
  {
    name: "the script without a login",
    target: "/assets/dashboard.js",
    token: "secret",
    status: 200,
  },
];

for (const { name, target, options, token, status } of cases) {
  Deno.test(`HttpCore.handle() answers ${status} to ${name}`, async () => {
    const fixture = new HttpServiceFixture({ token });
    const reply = await fixture.ask(target, options);
    assertEquals(reply.status, status);
    assertEquals(fixture.fakes.admin.calls, []);
    for (const [field, value] of Object.entries(SECURITY_HEADERS)) {
      const isAsset = target.startsWith("/assets/") && field === "Cache-Control" && status === 200;
      assertEquals(reply.headers[field], isAsset ? "no-cache" : value, field);
    }
    assertEquals("Access-Control-Allow-Origin" in reply.headers, false);
    assertEquals("WWW-Authenticate" in reply.headers, status === 401);
    if (reply.body instanceof EventReader) fixture.service.feed.close(reply.body);
  });
}

Deno.test("SECURITY_HEADERS let nothing run but the page's own files", () => {
  assertEquals(
    SECURITY_HEADERS["Content-Security-Policy"],
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
      "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
});

const allowed = [
  { target: "/", allow: "GET, HEAD" },
  { target: "/login", allow: "GET, HEAD, POST" },
  { target: "/logout", allow: "POST" },
  { target: "/api/command", allow: "POST" },
];

for (const { target, allow } of allowed) {
  Deno.test(`HttpCore.handle() says what ${target} takes`, async () => {
    const reply = await new HttpServiceFixture().ask(target, { method: "DELETE" });
    assertEquals([reply.status, reply.headers.Allow], [405, allow]);
  });
}

Deno.test("HttpCore.handle() answers HEAD as GET", async () => {
  const fixture = new HttpServiceFixture();
  for (const target of ["/", "/metrics", "/healthz", "/assets/icon.svg", "/nothing"]) {
    const [get, head] = [await fixture.ask(target), await fixture.ask(target, { method: "HEAD" })];
    assertEquals(head, get);
  }
});

Deno.test("HttpCore.handle() answers a mistake of ours with 500, and logs it", async () => {
  const metrics = { contentType: "text/plain", text: () => Promise.reject(new Error("secret 1")) };
  const fixture = new HttpServiceFixture({ metrics });
  const reply = await fixture.ask("/metrics");
  assertEquals(reply.status, 500);
  assertEquals(textOfReply(reply), "The request failed, see the server's log\n");
  assertEquals(reply.headers["X-Frame-Options"], "DENY");
  const line = fixture.fakes.logger.lines.find(({ level }) => level === "error");
  assertEquals(line?.message, "http request failed");
  assertStringIncludes(String(line?.fields.error), "secret 1");
});

Deno.test("HttpCore.handle() logs requests at debug, without their query", async () => {
  const fixture = new HttpServiceFixture();
  await fixture.ask("/nothing?token=secret", { address: "192.0.2.1" });
  assertEquals(fixture.fakes.logger.lines, [{
    level: "debug",
    message: "http request",
    fields: { method: "GET", path: "/nothing", status: 404, address: "192.0.2.1:5555" },
  }]);
});

Deno.test("HttpCore.handle() refuses programs in JSON, and others in text", async () => {
  const fixture = new HttpServiceFixture({ token: "secret" });
  const api = await fixture.ask("/api/session");
  assertEquals(api.headers["Content-Type"], "application/json");
  assertEquals(JSON.parse(textOfReply(api)), {
    type: "reply",
    ok: false,
    error: {
      code: "AUTH_REQUIRED",
      text: "Log in, or send the control token as a bearer token",
    },
  });
  const other = await fixture.ask("/metrics");
  assertEquals(other.headers["Content-Type"], "text/plain; charset=utf-8");
});

Deno.test("HttpCore.handle() takes names that were allowed, and the one it listens on", async () => {
  const fixture = new HttpServiceFixture({ hostname: "relay.example", names: ["ops.example"] });
  for (const [host, status] of [["relay.example", 200], ["ops.example", 200], ["x.example", 403]]) {
    const reply = await fixture.ask("/healthz", { headers: { host: String(host) } });
    assertEquals(reply.status, status);
  }
  assert(fixture.fakes.logger.lines.every(({ level }) => level === "debug"));
});

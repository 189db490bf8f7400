import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { SESSION_SECONDS } from "../../../src/http/access/login_sessions.ts";
import { HttpServiceFixture, loginForm, textOfReply } from "../../support/http_service_fixture.ts";

const TOKEN = "sécret token";
const fixtureWithToken = () => new HttpServiceFixture({ token: TOKEN });

async function statusWith(fixture: HttpServiceFixture, cookie: string): Promise<number> {
  return (await fixture.ask("/api/session", { headers: { cookie } })).status;
}

async function statusOfBearer(
  fixture: HttpServiceFixture,
  authorization: string | readonly string[],
  address?: string,
): Promise<number> {
  const options = { headers: { authorization }, ...(address !== undefined && { address }) };
  return (await fixture.ask("/metrics", options)).status;
}

/** As a header carries UTF-8: each byte as a character. */
function asHeader(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

Deno.test("/ sends one who is not logged in to the form, and shows the page to one who is", async () => {
  const fixture = fixtureWithToken();
  const away = await fixture.ask("/");
  assertEquals([away.status, away.headers.Location], [303, "/login"]);
  const cookie = await fixture.logIn(TOKEN);
  const page = await fixture.ask("/", { headers: { cookie } });
  assertEquals(page.status, 200);
  assertStringIncludes(textOfReply(page), "/assets/dashboard.js");
});

Deno.test("/login shows a form that works without script, and sends one who is in to /", async () => {
  const fixture = fixtureWithToken();
  const html = textOfReply(await fixture.ask("/login"));
  assert(/<form\b[^>]* method="post"/.test(html) && /<form\b[^>]* action="\/login"/.test(html));
  assert(/<input\b[^>]* name="token"/.test(html) && /<label\b[^>]* for="token"/.test(html));
  assertFalse(html.includes("{{"));
  assertFalse(/<script(?![^>]* src=)|<style| style=| on[a-z]+=/i.test(html));
  const cookie = await fixture.logIn(TOKEN);
  const reply = await fixture.ask("/login", { headers: { cookie } });
  assertEquals([reply.status, reply.headers.Location], [303, "/"]);
});

Deno.test("/login with the token begins a session", async () => {
  const fixture = fixtureWithToken();
  const reply = await fixture.ask("/login", loginForm(TOKEN, "192.0.2.1"));
  assertEquals([reply.status, reply.headers.Location], [303, "/"]);
  const cookie = reply.headers["Set-Cookie"] ?? "";
  assert(/^hushcast_47702=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; /.test(cookie));
  assertEquals(await statusWith(fixture, cookie.split(";", 1)[0] ?? ""), 200);
  assertEquals(
    fixture.fakes.logger.lines.find(({ level }) => level === "info"),
    { level: "info", message: "http login", fields: { address: "192.0.2.1:5555" } },
  );
});

for (const token of ["", "wrong", "sécret", `${TOKEN} `, "<img src=x onerror=alert(1)>"]) {
  Deno.test(`/login refuses ${JSON.stringify(token)} and does not repeat it`, async () => {
    const fixture = fixtureWithToken();
    const reply = await fixture.ask("/login", loginForm(token, "192.0.2.1"));
    assertEquals(reply.status, 401);
    assertEquals(reply.headers["Set-Cookie"], undefined);
    const html = textOfReply(reply);
    assertStringIncludes(html, "Wrong token");
    if (token.length > 6) assertFalse(html.includes(token));
    const lines = JSON.stringify(fixture.fakes.logger.lines);
    if (token.length > 6) assertFalse(lines.includes(token));
    assertFalse(lines.includes(TOKEN));
    assertEquals(fixture.fakes.logger.lines[0], {
      level: "warn",
      message: "http login refused",
      fields: { address: "192.0.2.1:5555", reason: "wrong_token", suppressed: undefined },
    });
  });
}

Deno.test("/login without a field of the token's name is a wrong token", async () => {
  const reply = await fixtureWithToken().ask("/login", { ...loginForm(""), body: "x=y&&=%zz" });
  assertEquals(reply.status, 401);
});

Deno.test("/login takes five wrong tokens at once, then looks at none, right or wrong", async () => {
  const fixture = fixtureWithToken();
  for (let time = 0; time < 5; time++) {
    assertEquals((await fixture.ask("/login", loginForm("wrong"))).status, 401);
  }
  for (const token of ["wrong", TOKEN]) {
    const reply = await fixture.ask("/login", loginForm(token));
    assertEquals([reply.status, reply.headers["Retry-After"]], [429, "10"]);
    assertStringIncludes(textOfReply(reply), "try again in 10 seconds");
    assertEquals(reply.headers["Set-Cookie"], undefined);
  }
  assertEquals((await fixture.ask("/login", loginForm(TOKEN, "192.0.2.9"))).status, 303);
  fixture.clock.advance(9_999);
  assertEquals((await fixture.ask("/login", loginForm(TOKEN))).status, 429);
  fixture.clock.advance(1);
  assertEquals((await fixture.ask("/login", loginForm(TOKEN))).status, 303);
});

Deno.test("right tokens don't use the limit up", async () => {
  const fixture = fixtureWithToken();
  const authorization = `Bearer ${asHeader(TOKEN)}`;
  for (let time = 0; time < 20; time++) {
    assertEquals(await statusOfBearer(fixture, authorization), 200);
    assertEquals((await fixture.ask("/login", loginForm(TOKEN))).status, 303);
  }
});

Deno.test("wrong bearer tokens and wrong logins share one limit", async () => {
  const fixture = fixtureWithToken();
  for (let time = 0; time < 5; time++) {
    assertEquals(await statusOfBearer(fixture, "Bearer wrong"), 401);
  }
  assertEquals(await statusOfBearer(fixture, `Bearer ${asHeader(TOKEN)}`), 429);
  assertEquals((await fixture.ask("/login", loginForm(TOKEN))).status, 429);
  assertEquals(await statusOfBearer(fixture, `Bearer ${asHeader(TOKEN)}`, "192.0.2.9"), 200);
});

Deno.test("a session is not bothered by the limit, nor by a wrong bearer token", async () => {
  const fixture = fixtureWithToken();
  const cookie = await fixture.logIn(TOKEN);
  for (let time = 0; time < 9; time++) await statusOfBearer(fixture, "Bearer wrong");
  assertEquals(await statusWith(fixture, cookie), 200);
  const headers = { cookie, authorization: "Bearer wrong" };
  assertEquals((await fixture.ask("/metrics", { headers })).status, 200);
});

const authorizations: readonly {
  readonly value: string | readonly string[];
  readonly status: number;
}[] = [
  { value: `Bearer ${asHeader(TOKEN)}`, status: 200 },
  { value: `bearer  ${asHeader(TOKEN)}`, status: 200 },
  { value: `Bearer ${TOKEN}`, status: 401 },
  { value: "Bearer", status: 401 },
  { value: "Bearer ", status: 401 },
  { value: `Basic ${asHeader(TOKEN)}`, status: 401 },
  { value: asHeader(TOKEN), status: 401 },
  { value: `xBearer ${asHeader(TOKEN)}`, status: 401 },
  { value: [`Bearer ${asHeader(TOKEN)}`, "Bearer wrong"], status: 401 },
];

for (const { value, status } of authorizations) {
  Deno.test(`Authorization ${JSON.stringify(value)} is answered with ${status}`, async () => {
    assertEquals(await statusOfBearer(fixtureWithToken(), value), status);
  });
}

Deno.test("a wrong bearer token does not lead to the form", async () => {
  const reply = await fixtureWithToken().ask("/", { headers: { authorization: "Bearer wrong" } });
  assertEquals([reply.status, reply.headers["WWW-Authenticate"]], [401, "Bearer"]);
});

Deno.test("a session ends after twelve hours", async () => {
  const fixture = fixtureWithToken();
  const cookie = await fixture.logIn(TOKEN);
  fixture.clock.advance(SESSION_SECONDS * 1000 - 1);
  assertEquals(await statusWith(fixture, cookie), 200);
  fixture.clock.advance(1);
  assertEquals(await statusWith(fixture, cookie), 401);
});

Deno.test("/logout ends its session and no other", async () => {
  const fixture = fixtureWithToken();
  const [cookie, other] = [await fixture.logIn(TOKEN), await fixture.logIn(TOKEN)];
  const reply = await fixture.ask("/logout", { method: "POST", headers: { cookie } });
  assertEquals([reply.status, reply.headers.Location], [303, "/login"]);
  assertStringIncludes(reply.headers["Set-Cookie"] ?? "", "hushcast_47702=; ");
  assertEquals(await statusWith(fixture, cookie), 401);
  assertEquals(await statusWith(fixture, other), 200);
});

Deno.test("a flood of wrong tokens does not fill the log", async () => {
  const fixture = fixtureWithToken();
  for (let time = 0; time < 100; time++) {
    await fixture.ask("/login", loginForm("wrong", `192.0.2.${time}`));
  }
  const warnings = () => fixture.fakes.logger.lines.filter(({ level }) => level === "warn");
  assertEquals(warnings().length, 10);
  fixture.clock.advance(1_000);
  await fixture.ask("/login", loginForm("wrong"));
  assertEquals(warnings().at(-1)?.fields.suppressed, 90);
});

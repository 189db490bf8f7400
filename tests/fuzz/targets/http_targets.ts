import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { EventReader } from "../../../src/http/feed/event_reader.ts";
import type { HttpReply } from "../../../src/http/http_reply.ts";
import { SECURITY_HEADERS } from "../../../src/http/security_headers.ts";
import { type AskOptions, HttpServiceFixture } from "../../support/http_service_fixture.ts";
import { editBytes } from "./file_byte_edits.ts";
import type { FuzzTarget } from "./fuzz_target.ts";
import {
  type Credential,
  HTTP_TOKEN,
  type OddRequest,
  oddRequest,
  RIGHT_HOSTS,
} from "./http_requests.ts";

/** What only those may see who have the token. */
const SECRETS = ["pump-3", "0011223344556677", "up 1\n"];

/** A server, and what is asked of it one after the other. */
interface HttpInput {
  readonly hasToken: boolean;
  readonly isReady: boolean;
  readonly requests: readonly OddRequest[];
}

/** HTTP requests: each is answered, and none changes or tells what its sender may not. */
export const HTTP_REQUESTS: FuzzTarget<HttpInput> = {
  name: "http-requests",
  about: "pages, commands and streams asked for with odd hosts, origins, tokens, types and bodies",
  inputs: fc.record({
    hasToken: fc.boolean(),
    isReady: fc.boolean(),
    requests: fc.array(oddRequest, { minLength: 1, maxLength: 5 }),
  }),
  budgetInputs: 500,
  check: async ({ hasToken, isReady, requests }) => {
    const fixture = new HttpServiceFixture(hasToken ? { token: HTTP_TOKEN } : {});
    fixture.fakes.notReadyBecause = isReady ? undefined : "it is a test";
    const cookie = hasToken ? await fixture.logIn(HTTP_TOKEN) : "";
    let isCookieGood = hasToken;
    for (const request of requests) {
      const before = changes(fixture);
      const reply = await fixture.ask(request.target, optionsOf(request, cookie));
      assertWellFormed(reply, request);
      const mayAct = isRight(request) &&
        (!hasToken || request.credential === "bearer" ||
          request.credential === "session" && isCookieGood);
      if (changes(fixture) !== before) assertMayChange(request, mayAct);
      assertTellsNothing(reply, { request, cookie, mayAct });
      if (isLogout(request, reply)) isCookieGood = false;
      if (reply.body instanceof EventReader) fixture.service.feed.close(reply.body);
      reply.afterReply?.();
      assertEquals(fixture.service.feed.readerCount, 0);
    }
    const failures = fixture.fakes.logger.lines.filter(({ level }) => level === "error");
    assertEquals(failures, []);
  },
};

const BEARERS: Partial<Record<Credential, string>> = {
  bearer: HTTP_TOKEN,
  "wrong bearer": "sesame",
};
const WRONG_COOKIES: Partial<Record<Credential, string>> = {
  "wrong cookie": "hushcast_47702=AAAA",
};

function optionsOf(request: OddRequest, cookie: string): AskOptions {
  const { method, hosts, origin, site, credential, contentType, others, body, edits } = request;
  const bearer = BEARERS[credential];
  const cookies = credential === "session" ? cookie : WRONG_COOKIES[credential];
  const headers: Record<string, string | readonly string[] | undefined> = {
    ...others,
    host: hosts,
    origin: origin === "own" ? `http://${hosts[0]}` : origin,
    "sec-fetch-site": site,
    authorization: bearer && `Bearer ${bearer}`,
    cookie: cookies && `other=1; ${cookies}`,
    "content-type": contentType,
  };
  const given = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || value.length === 0 && name === "host" ? [] : [[name, value] as const]
  );
  return {
    method,
    // A host that is left out must not be filled in.
    headers: { host: [], ...Object.fromEntries(given) },
    body: editBytes(new TextEncoder().encode(body), edits),
  };
}

/** Counts what requests can change. */
function changes({ fakes: { admin } }: HttpServiceFixture): string {
  return JSON.stringify([admin.calls, admin.bans]);
}

/** Whether host and origin are those of the server itself, told by plain lists. */
function isRight({ hosts, origin, site, method }: OddRequest): boolean {
  const [host = ""] = hosts;
  const isHost = hosts.length === 1 && RIGHT_HOSTS.includes(host);
  const isOrigin = origin === undefined || origin === "own" || origin === `http://${host}`;
  const isSite = site === undefined || site === "same-origin" || site === "none";
  return isHost && isSite && (isOrigin || method !== "POST");
}

function assertMayChange({ method, target, contentType }: OddRequest, mayAct: boolean): void {
  assert(mayAct, "A stranger has changed something");
  assertEquals([method, target.split("?", 1)[0]], ["POST", "/api/command"]);
  assert(/^application\/json\s*(;|$)/i.test(contentType ?? ""), contentType);
}

function assertWellFormed({ status, headers, body }: HttpReply, { target }: OddRequest): void {
  const isBusy = status === 503 && target.split("?", 1)[0] === "/readyz";
  assert(status >= 200 && status < 500 || isBusy, `status ${status}`);
  // The files of the pages are kept by browsers, and nothing else.
  const caching = target.startsWith("/assets/")
    ? { "Cache-Control": headers["Cache-Control"] }
    : {};
  for (const [name, value] of Object.entries({ ...SECURITY_HEADERS, ...caching })) {
    assertEquals(headers[name], value);
  }
  for (const value of Object.values(headers)) assert(/^[\x20-\x7e]*$/.test(value), value);
  if (headers["Content-Type"] !== "application/json" || status === 304) return;
  assert(typeof body === "string");
  assertEquals(typeof JSON.parse(body).ok, "boolean");
}

function assertTellsNothing(
  { body, headers, status }: HttpReply,
  { request, cookie, mayAct }: { request: OddRequest; cookie: string; mayAct: boolean },
): void {
  const text = typeof body === "string" ? body : "";
  const secret = cookie.split("=")[1] ?? "";
  assert(secret === "" || !text.includes(secret), "A session is told");
  assert(!text.includes(HTTP_TOKEN) || request.body.includes(HTTP_TOKEN), "The token is told");
  const isCookieSet = "Set-Cookie" in headers;
  assert(!isCookieSet || status === 303, "A cookie is set");
  if (mayAct) return;
  // A refused command repeats what it was asked for.
  for (const word of SECRETS) assert(!text.includes(word) || request.body.includes(word), text);
  assert(!(body instanceof EventReader), "A stranger hears the events");
}

function isLogout({ method, target, credential }: OddRequest, { status }: HttpReply): boolean {
  const isAsked = method === "POST" && target.split("?", 1)[0] === "/logout";
  return isAsked && credential === "session" && status === 303;
}

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type AskOptions, HttpServiceFixture } from "../support/http_service_fixture.ts";

const PATHS = ["/", "/login", "/logout", "/metrics", "/events", "/api/command", "/api/session"];
const FIELDS = [
  "host",
  "origin",
  "cookie",
  "authorization",
  "content-type",
  "if-none-match",
  "sec-fetch-site",
];
const VALUES = [
  "127.0.0.1",
  "http://127.0.0.1",
  "application/json",
  "application/x-www-form-urlencoded",
  "hushcast_47702=",
  "Bearer ",
  "same-origin",
];

/** What stands in a header: any bytes, among them those that mean something. */
const value = fc.oneof(
  fc.constantFrom(...VALUES),
  fc.string({ unit: "binary-ascii" }),
  fc.string({ unit: "binary-ascii" }).map((text) => `hushcast_47702=${text}; Bearer ${text}`),
);

const request: fc.Arbitrary<{ target: string; options: AskOptions }> = fc.record({
  target: fc.oneof(
    fc.constantFrom(...PATHS),
    fc.tuple(fc.constantFrom(...PATHS), fc.string()).map(([path, query]) => `${path}?${query}`),
    fc.string(),
  ),
  options: fc.record({
    method: fc.oneof(fc.constantFrom("GET", "HEAD", "POST"), fc.string()),
    headers: fc.dictionary(fc.constantFrom(...FIELDS), fc.oneof(value, fc.array(value))),
    body: fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string(), fc.json()),
  }),
});

Deno.test("HttpCore.handle() answers any request, and lets no stranger in", async () => {
  await fc.assert(
    fc.asyncProperty(request, async ({ target, options }) => {
      const fixture = new HttpServiceFixture({ token: "7d1f9a" });
      const { status, headers } = await fixture.ask(target, options);
      assert(status >= 200 && status < 500, `status ${status}`);
      if (status < 300) assert(/^\/login\b/.test(target), target);
      assertEquals(headers["X-Frame-Options"], "DENY");
      assertEquals("Set-Cookie" in headers, status === 303 && /^\/logout\b/.test(target));
      assertEquals(fixture.fakes.admin.calls, []);
      assertEquals(fixture.service.feed.readerCount, 0);
    }),
    { numRuns: 1_000 },
  );
});

import { assertEquals } from "@std/assert";
import { type HttpScheme, isOwnOrigin, isOwnSite } from "../../../src/http/access/origin_check.ts";

interface OriginCase {
  readonly name: string;
  readonly scheme?: HttpScheme;
  readonly origin?: readonly string[];
  readonly site?: readonly string[];
  readonly isOwn: boolean;
}

const HOST = "relay.example:47702";

const cases: readonly OriginCase[] = [
  { name: "a program, which says nothing", isOwn: true },
  { name: "its own origin", origin: [`http://${HOST}`], isOwn: true },
  { name: "its own origin in capitals", origin: [`HTTP://Relay.example:47702`], isOwn: true },
  { name: "its own origin behind a TLS proxy", origin: [`https://${HOST}`], isOwn: true },
  { name: "its own origin", scheme: "https", origin: [`https://${HOST}`], isOwn: true },
  { name: "a page without TLS", scheme: "https", origin: [`http://${HOST}`], isOwn: false },
  { name: "another site", origin: ["http://evil.example"], isOwn: false },
  { name: "another port", origin: ["http://relay.example:47703"], isOwn: false },
  { name: "no port", origin: ["http://relay.example"], isOwn: false },
  { name: "a site that begins alike", origin: [`http://${HOST}.evil.example`], isOwn: false },
  { name: "userinfo", origin: [`http://${HOST}@evil.example`], isOwn: false },
  { name: "a path", origin: [`http://${HOST}/`], isOwn: false },
  { name: "another scheme", origin: [`ftp://${HOST}`], isOwn: false },
  { name: "null", origin: ["null"], isOwn: false },
  { name: "an empty origin", origin: [""], isOwn: false },
  { name: "two origins", origin: [`http://${HOST}`, `http://${HOST}`], isOwn: false },
  { name: "its own site", site: ["same-origin"], isOwn: true },
  { name: "the address bar", site: ["none"], isOwn: true },
  { name: "a neighbour", site: ["same-site"], isOwn: false },
  { name: "another site by metadata", site: ["cross-site"], isOwn: false },
  { name: "an unknown site", site: ["friend"], isOwn: false },
  { name: "two sites", site: ["none", "none"], isOwn: false },
  {
    name: "its own origin of another site",
    origin: [`http://${HOST}`],
    site: ["cross-site"],
    isOwn: false,
  },
];

for (const { name, scheme = "http", origin, site, isOwn } of cases) {
  Deno.test(`isOwnOrigin() over ${scheme} ${isOwn ? "takes" : "refuses"} ${name}`, () => {
    const headers = new Map<string, readonly string[]>([["host", [HOST]]]);
    if (origin !== undefined) headers.set("origin", origin);
    if (site !== undefined) headers.set("sec-fetch-site", site);
    assertEquals(isOwnOrigin(headers, scheme), isOwn);
  });
}

Deno.test("isOwnSite() does not look at the origin", () => {
  assertEquals(isOwnSite(new Map([["origin", ["http://evil.example"]]])), true);
  assertEquals(isOwnSite(new Map([["sec-fetch-site", ["cross-site"]]])), false);
});

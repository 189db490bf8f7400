import { assertEquals } from "@std/assert";
import { SessionCookie } from "../../../src/http/access/session_cookie.ts";

const cookie = new SessionCookie({ port: 47702, isSecure: false });

Deno.test("SessionCookie.set() keeps it from scripts, other sites, and longer than a session", () => {
  assertEquals(
    cookie.set("abc"),
    "hushcast_47702=abc; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200",
  );
});

Deno.test("SessionCookie.set() over TLS keeps it from connections without", () => {
  assertEquals(
    new SessionCookie({ port: 1, isSecure: true }).set("abc"),
    "hushcast_1=abc; HttpOnly; SameSite=Strict; Path=/; Secure; Max-Age=43200",
  );
});

Deno.test("SessionCookie.clear() makes a browser forget it", () => {
  assertEquals(cookie.clear(), "hushcast_47702=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
});

const headers: readonly { header: string | undefined; secrets: readonly string[] }[] = [
  { header: undefined, secrets: [] },
  { header: "", secrets: [] },
  { header: ";;=;", secrets: [] },
  { header: "hushcast_47702=abc", secrets: ["abc"] },
  { header: "a=b; hushcast_47702=abc ;c=d", secrets: ["abc"] },
  { header: "hushcast_47702=abc; hushcast_47702=def", secrets: ["abc", "def"] },
  { header: "hushcast_47703=abc", secrets: [] },
  { header: "xhushcast_47702=abc; hushcast_47702x=abc", secrets: [] },
  { header: "hushcast_47702", secrets: [""] },
  { header: "HUSHCAST_47702=abc", secrets: [] },
];

for (const { header, secrets } of headers) {
  Deno.test(`SessionCookie.read() of ${JSON.stringify(header)}`, () => {
    assertEquals(cookie.read(header), secrets);
  });
}

import { assertFalse, assertStringIncludes } from "@std/assert";
import { LOGIN_MESSAGE_MARK, LOGIN_PAGE } from "../../src/http/assets.ts";
import { loginPage } from "../../src/http/login_page.ts";

Deno.test("loginPage() shows its message as text", () => {
  const html = loginPage(`<img src=x onerror="alert('1')"> & $& $1`);
  assertStringIncludes(
    html,
    "&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; $&amp; $1",
  );
  assertFalse(html.includes("<img src=x"));
});

Deno.test("LOGIN_PAGE has one place for a message, which is read out", () => {
  assertFalse(LOGIN_PAGE.replace(LOGIN_MESSAGE_MARK, "").includes(LOGIN_MESSAGE_MARK));
  assertStringIncludes(LOGIN_PAGE, LOGIN_MESSAGE_MARK);
  assertStringIncludes(LOGIN_PAGE, 'role="alert"');
});

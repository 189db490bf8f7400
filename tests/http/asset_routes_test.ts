import { assert, assertEquals } from "@std/assert";
import { ASSETS, DASHBOARD_PAGE } from "../../src/http/assets.ts";
import { HttpServiceFixture } from "../support/http_service_fixture.ts";

for (const { path, bytes, contentType, etag } of ASSETS) {
  Deno.test(`${path} comes with its type, to be asked for again each time`, async () => {
    const reply = await new HttpServiceFixture().ask(path);
    assertEquals(reply.status, 200);
    assertEquals(reply.body, bytes);
    assertEquals(reply.headers["Content-Type"], contentType);
    assertEquals(reply.headers["Cache-Control"], "no-cache");
    assertEquals(reply.headers.ETag, etag);
    assert(/^"[\w-]{22}"$/.test(etag));
  });

  for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
    Deno.test(`${path} does not come again to one who has ${known}`, async () => {
      const headers = { "if-none-match": known };
      const reply = await new HttpServiceFixture().ask(path, { headers });
      assertEquals([reply.status, reply.body, reply.headers.ETag], [304, "", etag]);
      assertEquals(reply.headers["Cache-Control"], "no-cache");
    });
  }

  Deno.test(`${path} comes again to one who has another`, async () => {
    const headers = { "if-none-match": '"other"' };
    assertEquals((await new HttpServiceFixture().ask(path, { headers })).status, 200);
  });
}

Deno.test("DASHBOARD_PAGE asks for the assets alone, and runs nothing of its own", () => {
  const paths = Array.from(DASHBOARD_PAGE.matchAll(/(?:src|href)="([^"]+)"/g), ([, path]) => path);
  assert(paths.every((path) => ASSETS.some((asset) => asset.path === path)));
  assertEquals(/<script(?![^>]* src=)|<style| style=| on[a-z]+=/i.test(DASHBOARD_PAGE), false);
});

import { assert, assertEquals } from "@std/assert";
import { buildDashboard } from "../../scripts/build_dashboard.ts";

const BUILT = new URL("../../src/http/assets/built/", import.meta.url);

Deno.test("src/http/assets/built is what its source builds (else: deno task build:dashboard)", async () => {
  for (const [name, text] of Object.entries(await buildDashboard())) {
    const built = await Deno.readTextFile(new URL(name, BUILT));
    assert(built === text, `${name} is of another source`);
  }
});

Deno.test("the pages have no script or style of their own, and take none from elsewhere", async () => {
  for (const name of ["index.html", "login.html"]) {
    const page = await Deno.readTextFile(new URL(`../${name}`, BUILT));
    assertEquals(page.match(/<style|\sstyle=|\son\w+=|https?:\/\/|<script(?![^>]*\ssrc=)/gi), null);
  }
});

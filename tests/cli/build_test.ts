import { assertEquals } from "@std/assert";
import { type Build, versionLine } from "../../src/cli/build.ts";
import { VERSION } from "../../src/cli/version.ts";

const TARGET = "aarch64-unknown-linux-gnu";

const lines: { name: string; build: Build; isStandalone: boolean; line: string }[] = [
  {
    name: "a checkout",
    build: { from: "source" },
    isStandalone: false,
    line: `hushcast ${VERSION} (Deno 2.9.6, ${TARGET}, source)`,
  },
  {
    name: "a portable executable",
    build: { from: "executable", commit: "0123456789ab" },
    isStandalone: false,
    line: `hushcast ${VERSION} (commit 0123456789ab, Deno 2.9.6, ${TARGET}, portable)`,
  },
  {
    name: "a compiled executable",
    build: { from: "executable", commit: "0123456789ab-dirty" },
    isStandalone: true,
    line: `hushcast ${VERSION} (commit 0123456789ab-dirty, Deno 2.9.6, ${TARGET}, compiled)`,
  },
];

for (const { name, build, isStandalone, line } of lines) {
  Deno.test(`versionLine() describes ${name}`, () => {
    assertEquals(versionLine(build, { deno: "2.9.6", target: TARGET, isStandalone }), line);
  });
}

Deno.test("VERSION is that of deno.json", async () => {
  const project: { version: string } = JSON.parse(
    await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
  );
  assertEquals(VERSION, project.version);
});

import { assert, assertEquals } from "@std/assert";
import { builtPath, executableName, isTarget } from "../../../scripts/compile/targets.ts";

Deno.test("executableName() names version and target, and ends in .exe on Windows only", () => {
  assertEquals(
    executableName("1.2.3", "aarch64-unknown-linux-gnu"),
    "hushcast-1.2.3-aarch64-unknown-linux-gnu",
  );
  assertEquals(
    executableName("1.2.3", "x86_64-pc-windows-msvc"),
    "hushcast-1.2.3-x86_64-pc-windows-msvc.exe",
  );
});

Deno.test("isTarget() takes whole target triples only", () => {
  assert(isTarget("x86_64-apple-darwin"));
  for (const word of ["", "x86_64", "X86_64-apple-darwin", "toString"]) assert(!isTarget(word));
});

Deno.test("builtPath() leads to the executable for a machine, if one is built for it", () => {
  assertEquals(
    builtPath("1.2.3", "x86_64-apple-darwin"),
    "dist/hushcast-1.2.3-x86_64-apple-darwin",
  );
  assertEquals(builtPath("1.2.3", "riscv64gc-unknown-linux-gnu"), undefined);
});

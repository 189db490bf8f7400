import { assertEquals } from "@std/assert";
import { systemReason } from "../../src/settings/system_reason.ts";

const reasons = [
  {
    cause: new Error("Read-only file system (os error 30): open '/a/b.new-1'"),
    reason: "Read-only file system (os error 30)",
  },
  {
    cause: new Error("Permission denied (os error 13): rename '/a: b' -> '/c'"),
    reason: "Permission denied (os error 13)",
  },
  {
    cause: new Error("No space left on device (os error 28)"),
    reason: "No space left on device (os error 28)",
  },
  {
    cause: new Error("EROFS: read-only file system, mkdir '/a/b'"),
    reason: "EROFS: read-only file system",
  },
  { cause: "odd", reason: "odd" },
];

for (const { cause, reason } of reasons) {
  Deno.test(`systemReason() says ${reason}`, () => {
    assertEquals(systemReason(cause), reason);
  });
}

Deno.test("systemReason() leaves out the path that the runtime puts behind", async () => {
  try {
    await Deno.readFile("/nonexistent/it's/here");
  } catch (error) {
    assertEquals(systemReason(error), "No such file or directory (os error 2)");
  }
});

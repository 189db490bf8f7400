import { assertEquals } from "@std/assert";
import { systemReason } from "../../src/observe/system_reason.ts";

const reasons = [
  {
    cause: new Error("Read-only file system (os error 30): open '/a/b.new-1'"),
    reason: "read-only file system",
  },
  {
    cause: new Error("Permission denied (os error 13): rename '/a: b' -> '/c'"),
    reason: "permission denied",
  },
  {
    cause: new Error("No space left on device (os error 28)"),
    reason: "no space left on device",
  },
  {
    cause: new Error("EROFS: read-only file system, mkdir '/a/b'"),
    reason: "read-only file system",
  },
  {
    cause: new Error('Requires all access to "/dev/stdin", run again with the --allow-all flag'),
    reason: "the runtime lets nobody use it: it is below /dev, /proc or /sys",
  },
  { cause: new Error("RSA is off"), reason: "RSA is off" },
  { cause: "odd", reason: "odd" },
];

for (const { cause, reason } of reasons) {
  Deno.test(`systemReason() of ${cause} is ${reason}`, () => {
    assertEquals(systemReason(cause), reason);
  });
}

Deno.test("systemReason() leaves out the path that the runtime puts behind", async () => {
  try {
    await Deno.readFile("/nonexistent/it's/here");
  } catch (error) {
    assertEquals(systemReason(error), "no such file or directory");
  }
});

import { assertEquals } from "@std/assert";
import {
  SHUTDOWN_REASON,
  shutdownDetail,
  shutdownReason,
} from "../../src/session/shutdown_reason.ts";

for (const detail of ["", "maintenance", ": odd"]) {
  Deno.test(`shutdownDetail() reads what shutdownReason() wrote of "${detail}"`, () => {
    assertEquals(shutdownDetail(shutdownReason(detail)), detail);
  });
}

Deno.test("shutdownReason() does not say the same thing twice", () => {
  assertEquals(shutdownReason(SHUTDOWN_REASON), SHUTDOWN_REASON);
});

Deno.test("shutdownDetail() tells a kick from a shutdown", () => {
  assertEquals(shutdownDetail("Kicked by the operator"), undefined);
  assertEquals(shutdownDetail(""), undefined);
});

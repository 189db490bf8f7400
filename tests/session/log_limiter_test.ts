import { assertEquals } from "@std/assert";
import { LogLimiter } from "../../src/session/log_limiter.ts";

Deno.test("LogLimiter.admit() lets 10 through, then one a second with the count between", () => {
  const log = new LogLimiter(0);
  for (let index = 0; index < 10; index++) assertEquals(log.admit(0), 0);
  for (let index = 0; index < 25; index++) assertEquals(log.admit(500), undefined);
  assertEquals(log.admit(1_000), 25);
  assertEquals(log.admit(1_500), undefined);
  assertEquals(log.admit(2_000), 1);
});

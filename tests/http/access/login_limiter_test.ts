import { assert, assertEquals, assertFalse } from "@std/assert";
import {
  LoginLimiter,
  MAX_SOURCES,
  RETRY_AFTER_SECONDS,
} from "../../../src/http/access/login_limiter.ts";

function failTimes(limiter: LoginLimiter, times: number, address: string, nowMs: number): void {
  for (let time = 0; time < times; time++) limiter.fail(address, nowMs);
}

Deno.test("LoginLimiter.mayTry() lets five wrong tokens through, then one each 10 s", () => {
  const limiter = new LoginLimiter();
  failTimes(limiter, 4, "192.0.2.1", 0);
  assert(limiter.mayTry("192.0.2.1", 0));
  limiter.fail("192.0.2.1", 0);
  assertFalse(limiter.mayTry("192.0.2.1", 0));
  assertFalse(limiter.mayTry("192.0.2.1", 9_999));
  assert(limiter.mayTry("192.0.2.1", 10_000));
  limiter.fail("192.0.2.1", 10_000);
  assertFalse(limiter.mayTry("192.0.2.1", 10_001));
  assertEquals(RETRY_AFTER_SECONDS, 10);
});

Deno.test("LoginLimiter.mayTry() does not count itself", () => {
  const limiter = new LoginLimiter();
  for (let time = 0; time < 100; time++) assert(limiter.mayTry("192.0.2.1", 0));
  assertEquals(limiter.size, 0);
});

Deno.test("LoginLimiter counts each source on its own, and a /64 as one", () => {
  const limiter = new LoginLimiter();
  failTimes(limiter, 5, "2001:db8::1", 0);
  assertFalse(limiter.mayTry("2001:db8::2", 0));
  assert(limiter.mayTry("2001:db8:0:1::1", 0));
  failTimes(limiter, 5, "192.0.2.1", 0);
  assertFalse(limiter.mayTry("::ffff:192.0.2.1", 0));
  assert(limiter.mayTry("192.0.2.2", 0));
});

Deno.test("LoginLimiter holds so many sources, and one more makes it forget the quietest", () => {
  const limiter = new LoginLimiter();
  const addresses = Array.from({ length: MAX_SOURCES }, (_, i) => `10.0.${i >> 8}.${i & 0xff}`);
  for (const address of addresses) failTimes(limiter, 5, address, 0);
  assertEquals(limiter.size, MAX_SOURCES);
  assert(addresses.every((address) => !limiter.mayTry(address, 0)));
  limiter.fail("192.0.2.1", 0);
  assertEquals(limiter.size, MAX_SOURCES);
  assert(limiter.mayTry("10.0.0.0", 0));
  assertFalse(limiter.mayTry("10.0.0.1", 0));
});

Deno.test("LoginLimiter forgets a source once that changes nothing", () => {
  const limiter = new LoginLimiter();
  limiter.fail("192.0.2.1", 0);
  limiter.fail("192.0.2.2", 10_000);
  assertEquals(limiter.size, 1);
});

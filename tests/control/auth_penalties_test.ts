import { assertEquals } from "@std/assert";
import {
  AuthPenalties,
  FIRST_DELAY_MS,
  FORGET_AFTER_MS,
  MAX_DELAY_MS,
  MAX_SOURCES,
} from "../../src/control/auth_penalties.ts";

Deno.test("AuthPenalties doubles the delay with each failure, up to a bound", () => {
  const penalties = new AuthPenalties();
  const delays: number[] = [];
  let nowMs = 0;
  for (let i = 0; i < 7; i++) {
    const answerAtMs = penalties.fail("192.0.2.1", nowMs);
    delays.push(answerAtMs - nowMs);
    nowMs = answerAtMs;
  }
  assertEquals(delays, [500, 1_000, 2_000, 4_000, MAX_DELAY_MS, MAX_DELAY_MS, MAX_DELAY_MS]);
});

Deno.test("AuthPenalties holds back the good answer too, until the delay is over", () => {
  const penalties = new AuthPenalties();
  assertEquals(penalties.answerAtMs("192.0.2.1", 7), 7);
  penalties.fail("192.0.2.1", 7);
  assertEquals(penalties.answerAtMs("192.0.2.1", 8), 7 + FIRST_DELAY_MS);
  assertEquals(penalties.answerAtMs("192.0.2.2", 8), 8);
  assertEquals(penalties.answerAtMs("192.0.2.1", 1_000), 1_000);
});

Deno.test("AuthPenalties never holds an answer back for longer than the bound", () => {
  const penalties = new AuthPenalties();
  for (let i = 0; i < 100; i++) penalties.fail("192.0.2.1", 0);
  assertEquals(penalties.answerAtMs("192.0.2.1", 0), MAX_DELAY_MS);
});

Deno.test("AuthPenalties takes a /64 of IPv6 for one source", () => {
  const penalties = new AuthPenalties();
  penalties.fail("2001:db8:0:1::1", 0);
  assertEquals(penalties.answerAtMs("2001:db8:0:1:ffff::2", 0), FIRST_DELAY_MS);
  assertEquals(penalties.answerAtMs("2001:db8:0:2::1", 0), 0);
});

Deno.test("AuthPenalties forgets a source after a while without failures", () => {
  const penalties = new AuthPenalties();
  penalties.fail("192.0.2.1", 0);
  penalties.fail("192.0.2.1", 10);
  assertEquals(penalties.fail("192.0.2.1", 9 + FORGET_AFTER_MS) - 9 - FORGET_AFTER_MS, 2_000);
  const laterMs = 9 + 2 * FORGET_AFTER_MS;
  assertEquals(penalties.fail("192.0.2.1", laterMs) - laterMs, FIRST_DELAY_MS);
  penalties.fail("192.0.2.2", laterMs + FORGET_AFTER_MS);
  assertEquals(penalties.size, 1);
});

Deno.test("AuthPenalties remembers a bounded number of sources, and forgets the oldest", () => {
  const penalties = new AuthPenalties();
  const address = (i: number) => `10.0.${i >> 8}.${i & 255}`;
  for (let i = 0; i < MAX_SOURCES; i++) penalties.fail(address(i), 0);
  penalties.fail(address(0), 1);
  assertEquals(penalties.size, MAX_SOURCES);
  penalties.fail(address(MAX_SOURCES), 2);
  assertEquals(penalties.size, MAX_SOURCES);
  assertEquals(penalties.answerAtMs(address(1), 2), 2);
  assertEquals(penalties.answerAtMs(address(0), 2) > 2, true);
});

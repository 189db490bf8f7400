import { assertEquals } from "@std/assert";
import { Expiry } from "../../src/session/expiry.ts";
import type { Session } from "../../src/session/session.ts";
import { fakeSession } from "../support/fake_session.ts";

const TIMEOUT_MS = 60_000;

Deno.test("Expiry.nextDeadlineMs() is undefined until a session begins", () => {
  assertEquals(new Expiry(TIMEOUT_MS).nextDeadlineMs(), undefined);
});

Deno.test("Expiry.expired() gives nobody before the time-out", () => {
  const { expiry, sessions } = begin(0);
  assertEquals(expiry.nextDeadlineMs(), TIMEOUT_MS);
  assertEquals(expiry.expired(sessions, TIMEOUT_MS - 1), []);
});

Deno.test("Expiry.expired() gives a session that was silent for the time-out", () => {
  const { expiry, sessions } = begin(0);
  const expired = expiry.expired(sessions, TIMEOUT_MS);
  assertEquals(expired.map(({ lastSeenMs }) => lastSeenMs), [0]);
});

Deno.test("Expiry.expired() keeps a session that was heard, until it falls silent", () => {
  const { expiry, sessions } = begin(0);
  for (const session of sessions) session.lastSeenMs = 40_000;
  assertEquals(expiry.expired(sessions, TIMEOUT_MS), []);
  assertEquals(expiry.nextDeadlineMs(), 100_000);
  assertEquals(expiry.expired(sessions, 99_999), []);
  assertEquals(expiry.expired(sessions, 100_000).length, 1);
});

Deno.test("Expiry.expired() gives all that are silent and no other", () => {
  const { expiry, sessions } = begin(0, 10, 20, 30);
  const expired = expiry.expired(sessions, TIMEOUT_MS + 20);
  assertEquals(expired.map(({ lastSeenMs }) => lastSeenMs), [0, 10, 20]);
  assertEquals(expiry.nextDeadlineMs(), TIMEOUT_MS + 30);
});

Deno.test("Expiry.nextDeadlineMs() is undefined again when the last session is gone", () => {
  const { expiry, sessions } = begin(0);
  expiry.expired(sessions, TIMEOUT_MS);
  assertEquals(expiry.nextDeadlineMs(), undefined);
  expiry.watch(70_000);
  assertEquals(expiry.nextDeadlineMs(), 130_000);
});

Deno.test("Expiry.watch() of a later session leaves the deadline where it is", () => {
  const { expiry } = begin(0, 5_000);
  assertEquals(expiry.nextDeadlineMs(), TIMEOUT_MS);
});

Deno.test("Expiry.nextDeadlineMs() is never later than the next time-out, whoever leaves before", () => {
  const { expiry, sessions } = begin(0, 10);
  assertEquals(expiry.expired(sessions.slice(1), TIMEOUT_MS), []);
  assertEquals(expiry.nextDeadlineMs(), TIMEOUT_MS + 10);
});

function begin(...lastSeenMs: number[]): { expiry: Expiry; sessions: Session[] } {
  const expiry = new Expiry(TIMEOUT_MS);
  const sessions = lastSeenMs.map((nowMs) => {
    expiry.watch(nowMs);
    return fakeSession({ lastSeenMs: nowMs });
  });
  return { expiry, sessions };
}

import { assert, assertEquals, assertFalse, assertMatch, assertNotEquals } from "@std/assert";
import {
  LoginSessions,
  MAX_SESSIONS,
  SESSION_SECONDS,
} from "../../../src/http/access/login_sessions.ts";

function sessions(): LoginSessions {
  let next = 0;
  return new LoginSessions((count) => new Uint8Array(count).fill(++next));
}

Deno.test("LoginSessions.begin() gives 32 random bytes, other ones each time", () => {
  const all = sessions();
  const secret = all.begin(0);
  assertMatch(secret, /^[\w-]{43}$/);
  assertNotEquals(all.begin(0), secret);
});

Deno.test("LoginSessions.find() finds a session until it is over", () => {
  const all = sessions();
  const secret = all.begin(1_000);
  const endMs = 1_000 + SESSION_SECONDS * 1000;
  const id = all.find(secret, 1_000);
  assert(id !== undefined);
  assertEquals(all.find(secret, endMs - 1), id);
  assert(all.isOpen(id, endMs - 1));
  assertEquals(all.find(secret, endMs), undefined);
  assertFalse(all.isOpen(id, endMs));
});

Deno.test("LoginSessions.find() finds nothing for other secrets, nor for what it is known by", () => {
  const all = sessions();
  const secret = all.begin(0);
  const id = all.find(secret, 0) ?? "";
  for (const other of ["", "x", secret.slice(1), `${secret}x`, secret.toLowerCase(), id]) {
    assertEquals(all.find(other, 0), undefined);
  }
});

Deno.test("LoginSessions.end() ends one session", () => {
  const all = sessions();
  const [first, second] = [all.begin(0), all.begin(0)];
  const id = all.find(first, 0);
  assert(id !== undefined);
  all.end(id);
  all.end(id);
  assertEquals(all.find(first, 0), undefined);
  assert(all.find(second, 0) !== undefined);
});

Deno.test("LoginSessions holds so many sessions, and one more ends the oldest", () => {
  const all = sessions();
  const secrets = Array.from({ length: MAX_SESSIONS }, () => all.begin(0));
  assertEquals(all.size, MAX_SESSIONS);
  assert(secrets.every((secret) => all.find(secret, 0) !== undefined));
  all.begin(0);
  assertEquals(all.size, MAX_SESSIONS);
  assertEquals(secrets.map((secret) => all.find(secret, 0) === undefined).indexOf(true), 0);
  assert(secrets.slice(1).every((secret) => all.find(secret, 0) !== undefined));
});

Deno.test("LoginSessions forgets those that are over when another one begins", () => {
  const all = sessions();
  all.begin(0);
  all.begin(10);
  all.begin(SESSION_SECONDS * 1000);
  assertEquals(all.size, 2);
});

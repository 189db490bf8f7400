import { assertEquals, assertNotEquals } from "@std/assert";
import { COOKIE_BYTES, COOKIE_SLOT_MS, Cookies } from "../../src/session/cookies.ts";
import { SeededRandom } from "../support/seeded_random.ts";

const HERE = { hostname: "192.0.2.1", port: 5_000 };

function cookies(seed = 1): Cookies {
  const random = new SeededRandom(seed);
  return new Cookies((count) => random.bytes(count));
}

Deno.test("Cookies.cookieFor() makes 16 bytes, the same for one address within a slot", () => {
  const maker = cookies();
  const cookie = maker.cookieFor(HERE, 0);
  assertEquals(cookie.byteLength, COOKIE_BYTES);
  assertEquals(cookie.buffer.byteLength, COOKIE_BYTES, "in memory of its own");
  assertEquals(maker.cookieFor(HERE, COOKIE_SLOT_MS - 1), cookie);
  assertNotEquals(maker.cookieFor(HERE, COOKIE_SLOT_MS), cookie);
});

Deno.test("Cookies.accepts() takes a cookie from the address that it was made for", () => {
  const maker = cookies();
  for (const endpoint of [HERE, { hostname: "2001:db8::1", port: 0xffff }]) {
    assertEquals(maker.accepts(maker.cookieFor(endpoint, 0), endpoint, 0), true);
  }
});

const elsewhere: { name: string; hostname: string; port: number }[] = [
  { name: "another port", hostname: "192.0.2.1", port: 5_001 },
  { name: "another IP address", hostname: "192.0.2.2", port: 5_000 },
  { name: "another IP address of the same length in all", hostname: "192.0.2.15", port: 0 },
  { name: "the other family", hostname: "::ffff:192.0.2.1", port: 5_000 },
];
for (const { name, hostname, port } of elsewhere) {
  Deno.test(`Cookies.accepts() refuses a cookie from ${name}`, () => {
    const maker = cookies();
    assertEquals(maker.accepts(maker.cookieFor(HERE, 0), { hostname, port }, 0), false);
  });
}

for (let bit = 0; bit < 8 * COOKIE_BYTES; bit++) {
  Deno.test(`Cookies.accepts() refuses a cookie with bit ${bit} flipped`, () => {
    const maker = cookies();
    const cookie = maker.cookieFor(HERE, 0);
    cookie[bit >> 3] = (cookie[bit >> 3] ?? 0) ^ 1 << (bit & 7);
    assertEquals(maker.accepts(cookie, HERE, 0), false);
  });
}

for (const bytes of [0, 1, 15, 17, 32]) {
  Deno.test(`Cookies.accepts() refuses a cookie of ${bytes} bytes`, () => {
    const maker = cookies();
    const cookie = new Uint8Array(bytes);
    cookie.set(maker.cookieFor(HERE, 0).subarray(0, bytes));
    assertEquals(maker.accepts(cookie, HERE, 0), false);
  });
}

const ages: { madeAtMs: number; shownAtMs: number; isTaken: boolean }[] = [
  { madeAtMs: 0, shownAtMs: COOKIE_SLOT_MS - 1, isTaken: true },
  { madeAtMs: 0, shownAtMs: COOKIE_SLOT_MS, isTaken: true },
  { madeAtMs: 0, shownAtMs: 2 * COOKIE_SLOT_MS - 1, isTaken: true },
  { madeAtMs: 0, shownAtMs: 2 * COOKIE_SLOT_MS, isTaken: false },
  { madeAtMs: COOKIE_SLOT_MS - 1, shownAtMs: 2 * COOKIE_SLOT_MS - 1, isTaken: true },
  { madeAtMs: COOKIE_SLOT_MS - 1, shownAtMs: 2 * COOKIE_SLOT_MS, isTaken: false },
  { madeAtMs: COOKIE_SLOT_MS, shownAtMs: 100 * COOKIE_SLOT_MS, isTaken: false },
];
for (const { madeAtMs, shownAtMs, isTaken } of ages) {
  const verb = isTaken ? "takes" : "refuses";
  Deno.test(`Cookies.accepts() ${verb} at ${shownAtMs} ms a cookie of ${madeAtMs} ms`, () => {
    const maker = cookies();
    const cookie = maker.cookieFor(HERE, madeAtMs);
    assertEquals(maker.accepts(cookie, HERE, shownAtMs), isTaken);
    // Whether cookies are made meanwhile makes no difference.
    maker.cookieFor(HERE, shownAtMs);
    assertEquals(maker.accepts(cookie, HERE, shownAtMs), isTaken);
  });
}

Deno.test("Cookies.accepts() refuses everything before the first cookie is made", () => {
  assertEquals(cookies().accepts(new Uint8Array(COOKIE_BYTES), HERE, 0), false);
});

Deno.test("Cookies.accepts() refuses a cookie of another relay", () => {
  const maker = cookies(1);
  maker.cookieFor(HERE, 0);
  assertEquals(maker.accepts(cookies(2).cookieFor(HERE, 0), HERE, 0), false);
});

Deno.test("Cookies takes a new secret of 32 bytes for each slot in which it makes a cookie", () => {
  const asked: number[] = [];
  const random = new SeededRandom(1);
  const maker = new Cookies((count) => {
    asked.push(count);
    return random.bytes(count);
  });
  for (const nowMs of [0, 1, COOKIE_SLOT_MS, 9 * COOKIE_SLOT_MS]) maker.cookieFor(HERE, nowMs);
  assertEquals(asked, [32, 32, 32]);
});

Deno.test("Cookies keeps no hold of the bytes of its secret", () => {
  const buffer = new Uint8Array(32).fill(1);
  const maker = new Cookies(() => buffer);
  const cookie = maker.cookieFor(HERE, 0);
  buffer.fill(2);
  assertEquals(maker.accepts(cookie, HERE, 0), true);
});

import { assertEquals, assertThrows } from "@std/assert";
import { FernetError } from "../../src/crypto/fernet_error.ts";
import { Fernet } from "../../src/crypto/fernet.ts";
import {
  type HybridKey,
  HybridKeys,
  MAX_HYBRID_KEYS,
  MAX_KEY_BLOCKS,
} from "../../src/direct/hybrid_keys.ts";
import { REPLAY_WINDOW } from "../../src/session/replay_window.ts";
import { FakeClock } from "../support/fake_clock.ts";

const AGE_SECONDS = 60;
/** A token may be dated a minute ahead, and is fresh for a minute from then on. */
const LIFETIME_MS = 121_000;
const WINDOW = BigInt(REPLAY_WINDOW);

/** A Fernet key that is told by a number. */
function fernetKey(number: number): string {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(0, number);
  return Fernet.generateKeyFrom(bytes);
}

function hybridKeys(maxAgeSeconds = AGE_SECONDS, notBefore = 0) {
  const forgotten: HybridKey[] = [];
  const keys = new HybridKeys(maxAgeSeconds, notBefore, (key) => forgotten.push(key));
  return { keys, forgotten };
}

function token(timestamp: number, mark = 0) {
  return { timestamp, hmac: new Uint8Array(32).fill(mark) };
}

Deno.test("HybridKeys.get() finds a key by its block", () => {
  const { keys } = hybridKeys();
  const [first, second] = [keys.add("a", fernetKey(1), 0), keys.add("b", fernetKey(2), 0)];
  assertEquals([keys.get("a", 0) === first, keys.get("b", 0) === second], [true, true]);
  assertEquals([keys.get("c", 0), keys.size], [undefined, 2]);
});

Deno.test("HybridKeys.add() knows a key again that came in another block", () => {
  const { keys } = hybridKeys();
  const key = keys.add("a", fernetKey(1), 0);
  assertEquals(keys.add("b", fernetKey(1), 0) === key, true);
  assertEquals([keys.get("a", 0) === key, keys.get("b", 0) === key, keys.size], [true, true, 1]);
});

Deno.test("HybridKeys.add() remembers 4 blocks of a key, the newest, and not one more", () => {
  const { keys } = hybridKeys();
  const blocks = Array.from({ length: MAX_KEY_BLOCKS + 1 }, (_, index) => `block ${index}`);
  for (const block of blocks) keys.add(block, fernetKey(1), 0);
  const found = blocks.map((block) => keys.get(block, 0) !== undefined);
  assertEquals(found, [false, true, true, true, true]);
  assertEquals(keys.size, 1);
});

Deno.test("HybridKeys.add() throws for what is no Fernet key", () => {
  const { keys } = hybridKeys();
  assertThrows(() => keys.add("a", "short", 0), FernetError);
  assertEquals(keys.size, 0);
});

Deno.test("HybridKeys.add() forgets keys that no fresh token can be under any more", () => {
  const { keys, forgotten } = hybridKeys();
  const old = keys.add("old", fernetKey(1), 0);
  keys.add("used", fernetKey(2), 0);
  keys.get("used", 1);
  keys.add("b", fernetKey(3), LIFETIME_MS - 1);
  assertEquals([keys.size, forgotten], [3, []]);
  keys.add("c", fernetKey(4), LIFETIME_MS);
  assertEquals([keys.size, forgotten.length, forgotten[0] === old], [3, 1, true]);
  assertEquals(keys.get("old", LIFETIME_MS), undefined);
});

Deno.test("HybridKeys forgets nothing for its age when no age is too old", () => {
  const { keys } = hybridKeys(0);
  keys.add("a", fernetKey(1), 0);
  keys.add("b", fernetKey(2), 1e12);
  assertEquals(keys.size, 2);
});

Deno.test("HybridKeys remembers 65,536 keys, and then takes only newer tokens under new ones", () => {
  const { keys, forgotten } = hybridKeys();
  const { now } = new FakeClock();
  const nowSeconds = now.unixMs / 1000;
  const first = keys.add("0", fernetKey(0), 0);
  first.accept(1n, token(nowSeconds + 5), now);
  first.accept(2n, token(nowSeconds + 3), now);
  for (let number = 1; number < MAX_HYBRID_KEYS; number++) {
    keys.add(String(number), fernetKey(number), 0);
  }
  assertEquals([keys.size, forgotten.length], [MAX_HYBRID_KEYS, 0]);
  assertEquals(keys.add("more", fernetKey(MAX_HYBRID_KEYS), 0).refuses(nowSeconds), false);
  assertEquals([keys.size, forgotten.length, forgotten[0] === first], [MAX_HYBRID_KEYS, 1, true]);
  const next = keys.add("0", fernetKey(0), 0);
  const refused = [-60, 5, 6].map((ahead) => next.refuses(nowSeconds + ahead));
  assertEquals(refused, [true, true, false], "newer than the newest that it took");
});

Deno.test("HybridKeys gives keys the time before which tokens are refused", () => {
  const { keys } = hybridKeys(AGE_SECONDS, 1_234);
  const key = keys.add("a", fernetKey(1), 0);
  assertEquals([0, 1_233, 1_234].map((at) => key.refuses(at)), [true, true, false]);
});

Deno.test("HybridKeys takes no copy under a key that is forgotten when the clock is set back", () => {
  const { keys } = hybridKeys();
  const clock = new FakeClock();
  const at = clock.now.unixMs / 1000;
  keys.add("a", fernetKey(1), clock.now.monotonicMs).accept(1n, token(at), clock.now);
  clock.advance(LIFETIME_MS);
  keys.add("b", fernetKey(2), clock.now.monotonicMs);
  clock.setUnixMs(at * 1000);
  const again = keys.add("a", fernetKey(1), clock.now.monotonicMs);
  assertEquals([at - 60, at, at + 60].map((time) => again.refuses(time)), [true, true, false]);
});

Deno.test("HybridKeys takes new tokens once a clock is right again that was an hour ahead", () => {
  const { keys } = hybridKeys();
  const clock = new FakeClock();
  const at = clock.now.unixMs / 1000;
  const key = keys.add("a", fernetKey(1), clock.now.monotonicMs);
  key.accept(1n, token(at), clock.now);
  key.accept(2n, token(at + 3_600), clock.now);
  clock.advance(LIFETIME_MS);
  keys.add("b", fernetKey(2), clock.now.monotonicMs);
  const other = keys.add("c", fernetKey(3), clock.now.monotonicMs);
  const times = [at, at + 1, at + 121, at + 3_479, at + 3_480, at + 3_600, at + 3_601];
  assertEquals(times.map((time) => other.refuses(time)), [
    true,
    false,
    false,
    false,
    true,
    true,
    false,
  ]);
});

Deno.test("HybridKey.accept() takes each CLIENT_SEQUENCE once", () => {
  const { keys } = hybridKeys();
  const key = keys.add("a", fernetKey(1), 0);
  const { now } = new FakeClock();
  const steps = [1n, 2n, 1n, WINDOW + 2n, 2n, 3n];
  const accepted = steps.map((sequence) => key.accept(sequence, token(0), now));
  assertEquals(accepted, [true, true, false, true, false, true]);
});

Deno.test("HybridKey.accept() takes each token once where there is no CLIENT_SEQUENCE", () => {
  const { keys } = hybridKeys();
  const key = keys.add("a", fernetKey(1), 0);
  const { now } = new FakeClock();
  const at = now.unixMs / 1000;
  const tokens = [token(at, 1), token(at, 2), token(at, 1), token(at - 1, 1), token(at - 1, 1)];
  assertEquals(tokens.map((each) => key.accept(undefined, each, now)), [
    true,
    true,
    false,
    true,
    false,
  ]);
  assertEquals(key.takenSeconds, [{ first: at - 121, last: at }]);
});

const copies: { name: string; sequence: bigint | undefined; isKnown: boolean }[] = [
  { name: "the highest", sequence: 10_000n, isKnown: true },
  { name: "the lowest of the window", sequence: 10_001n - WINDOW, isKnown: true },
  { name: "one below the window", sequence: 10_000n - WINDOW, isKnown: false },
  { name: "0", sequence: 0n, isKnown: false },
  { name: "a token without CLIENT_SEQUENCE", sequence: undefined, isKnown: true },
];
for (const { name, sequence, isKnown } of copies) {
  Deno.test(`HybridKey.knowsCopy() ${isKnown ? "knows" : "does not know"} a copy of ${name}`, () => {
    const { keys } = hybridKeys();
    const key = keys.add("a", fernetKey(1), 0);
    const { now } = new FakeClock();
    key.accept(10_000n, token(0), now);
    key.accept(10_001n - WINDOW, token(0), now);
    const taken = token(now.unixMs / 1000);
    key.accept(undefined, taken, now);
    assertEquals(key.knowsCopy(sequence, taken), isKnown);
  });
}

Deno.test("HybridKey.knowsCopy() does not know a token of a second that is forgotten", () => {
  const { keys } = hybridKeys();
  const key = keys.add("a", fernetKey(1), 0);
  assertEquals(key.knowsCopy(undefined, token(1)), false);
});

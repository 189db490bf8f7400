import { assertEquals, assertNotEquals } from "@std/assert";
import { RandomPool } from "../../src/session/random_pool.ts";

Deno.test("RandomPool.take() gives as many bytes as are wanted, none of them twice", () => {
  const pool = new RandomPool(64);
  const taken = Array.from({ length: 100 }, () => pool.take(16).toHex());
  assertEquals(taken.every((hex) => hex.length === 32), true);
  assertEquals(new Set(taken).size, 100);
});

Deno.test("RandomPool.take() begins a new pool when too little is left", () => {
  const pool = new RandomPool(20);
  const first = pool.take(16).slice();
  assertNotEquals(pool.take(16), first);
});

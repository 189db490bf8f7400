import { assertEquals } from "@std/assert";
import { AckMemory, MAX_REMEMBERED_ACKS } from "../../src/relay/ack_memory.ts";

const MANY = BigInt(MAX_REMEMBERED_ACKS);

Deno.test("AckMemory.find() gives the relay sequence that was remembered", () => {
  const acks = new AckMemory();
  acks.remember(1n, 77n);
  acks.remember(2n ** 64n - 1n, 2n ** 63n);
  assertEquals([1n, 2n ** 64n - 1n, 2n].map((it) => acks.find(it)), [77n, 2n ** 63n, 0n]);
});

Deno.test("AckMemory.find() knows the last 1,024 numbers, and not one more", () => {
  const acks = new AckMemory();
  for (let sequence = 1n; sequence <= MANY; sequence++) acks.remember(sequence, sequence + 5n);
  assertEquals([acks.find(1n), acks.find(MANY)], [6n, MANY + 5n]);
  acks.remember(MANY + 1n, 9n);
  assertEquals([1n, 2n, MANY + 1n].map((it) => acks.find(it)), [0n, 7n, 9n]);
});

Deno.test("AckMemory.find() never has a refused number acknowledged", () => {
  const acks = new AckMemory();
  acks.refuse(1n);
  for (let sequence = 2n; sequence <= 2n * MANY; sequence++) acks.remember(sequence, sequence);
  assertEquals(acks.find(1n), undefined, "however much was acknowledged since");
});

Deno.test("AckMemory.refuse() remembers the last 1,024 refused numbers, and not one more", () => {
  const acks = new AckMemory();
  for (let sequence = 1n; sequence <= MANY; sequence++) acks.refuse(sequence);
  assertEquals(acks.find(1n), undefined);
  acks.refuse(MANY + 1n);
  assertEquals([1n, 2n, MANY + 1n].map((it) => acks.find(it)), [0n, undefined, undefined]);
});

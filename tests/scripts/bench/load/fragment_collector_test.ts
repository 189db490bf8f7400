import { assertEquals } from "@std/assert";
import { FragmentCollector } from "../../../../scripts/bench/load/fragment_collector.ts";
import { fragmentDatagrams } from "../../../../src/wire/fragment.ts";

/** Values of the FRAGMENT TLVs that carry a token. */
function values(messageId: number, token: Uint8Array): Uint8Array[] {
  return fragmentDatagrams(5, messageId, token, 100).map((datagram) => datagram.subarray(4));
}

const TOKEN = Uint8Array.from({ length: 250 }, (_, at) => at);

Deno.test("FragmentCollector gives the token with its last fragment, in whatever order they come", () => {
  const collector = new FragmentCollector();
  const [first, second, third] = values(1, TOKEN);
  assertEquals([third, first].map((value) => value && collector.add(value)), [
    undefined,
    undefined,
  ]);
  assertEquals(second && collector.add(second), TOKEN);
});

Deno.test("FragmentCollector keeps messages apart, and copies what it keeps", () => {
  const collector = new FragmentCollector();
  const other = TOKEN.map((byte) => 255 - byte);
  const buffer = new Uint8Array(200);
  const add = (value: Uint8Array) => {
    buffer.set(value);
    return collector.add(buffer.subarray(0, value.byteLength));
  };
  const [one, two] = [values(1, TOKEN), values(2, other)];
  const results = one.flatMap((value, index) => [add(value), add(two[index] ?? buffer)]);
  assertEquals(results.slice(-2), [TOKEN, other]);
});

Deno.test("FragmentCollector passes over repeated and broken fragments", () => {
  const collector = new FragmentCollector();
  const [first, second, third] = values(1, TOKEN);
  for (const value of [first, first, second, Uint8Array.of(1, 2)]) {
    assertEquals(value && collector.add(value), undefined);
  }
  assertEquals(third && collector.add(third), TOKEN);
});

Deno.test("FragmentCollector forgets the oldest of 65 unfinished messages", () => {
  const collector = new FragmentCollector();
  const tokens = Array.from({ length: 65 }, (_, index) => values(index, TOKEN));
  for (const [first] of tokens) if (first !== undefined) collector.add(first);
  const finish = (all?: Uint8Array[]) => all?.slice(1).map((value) => collector.add(value)).at(-1);
  // The newest first: what is begun anew pushes out another.
  assertEquals([tokens[64], tokens[1], tokens[0]].map(finish), [TOKEN, TOKEN, undefined]);
});

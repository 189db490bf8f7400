import { assertEquals } from "@std/assert";
import { RecentDatagrams } from "../../../../scripts/soak/direct/recent_datagrams.ts";
import { SeededRandom } from "../../../../scripts/seeded_random.ts";

Deno.test("RecentDatagrams gives what is not too old, and keeps a copy", () => {
  const [recent, random] = [new RecentDatagrams(100, 8), new SeededRandom(1)];
  const datagram = Uint8Array.of(1);
  recent.add(datagram, 1_000);
  datagram.fill(9);
  assertEquals(recent.draw(random, 1_100), Uint8Array.of(1));
  assertEquals(recent.draw(random, 1_101), undefined);
});

Deno.test("RecentDatagrams keeps the last ones up to its bound", () => {
  const [recent, random] = [new RecentDatagrams(100, 2), new SeededRandom(1)];
  for (const byte of [1, 2, 3]) recent.add(Uint8Array.of(byte), 0);
  const drawn = new Set(Array.from({ length: 50 }, () => recent.draw(random, 0)?.[0]));
  assertEquals([...drawn].toSorted(), [2, 3]);
});

import { assert, assertEquals } from "@std/assert";
import { CapturedDatagrams } from "../../../../../scripts/soak/fleet/attack/captured_datagrams.ts";
import { SeededRandom } from "../../../../../scripts/seeded_random.ts";

const CAPACITY = 64;

function drawnNumbers(captured: CapturedDatagrams): Set<number> {
  return new Set(Array.from({ length: 5_000 }, () => {
    const datagram = captured.draw();
    assert(datagram !== undefined);
    return new DataView(datagram.buffer, datagram.byteOffset).getUint32(0);
  }));
}

function datagramOf(number: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

Deno.test("CapturedDatagrams has nothing to draw at first", () => {
  assertEquals(new CapturedDatagrams(CAPACITY, new SeededRandom(1)).draw(), undefined);
});

Deno.test("CapturedDatagrams holds the latest, some from long ago, and no more than it may", () => {
  const captured = new CapturedDatagrams(CAPACITY, new SeededRandom(1));
  for (let number = 0; number < 10_000; number++) captured.add(datagramOf(number));
  const numbers = drawnNumbers(captured);
  assertEquals(captured.seen, 10_000);
  assert(numbers.has(9_999));
  assert([...numbers].some((number) => number < 9_950));
  assert(numbers.size <= CAPACITY);
});

Deno.test("CapturedDatagrams takes a copy, and nothing that is very long", () => {
  const captured = new CapturedDatagrams(CAPACITY, new SeededRandom(1));
  const datagram = datagramOf(7);
  captured.add(datagram);
  captured.add(new Uint8Array(10_000));
  datagram.fill(0);
  assertEquals([captured.seen, drawnNumbers(captured)], [1, new Set([7])]);
});

Deno.test("CapturedDatagrams draws each of a few as often as the others", () => {
  const captured = new CapturedDatagrams(4_096, new SeededRandom(3));
  for (let number = 0; number < 10; number++) captured.add(Uint8Array.of(number));
  const drawn = Array.from({ length: 1_000 }, () => captured.draw()?.[0]);
  const counts = Array.from(
    { length: 10 },
    (_, number) => drawn.filter((each) => each === number).length,
  );
  assert(Math.min(...counts) > 50, counts.join());
});

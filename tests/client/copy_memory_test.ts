import { assertEquals } from "@std/assert";
import { CopyMemory, type MessageWay, REMEMBERED_NUMBERS } from "../../src/client/copy_memory.ts";

const cases: readonly {
  readonly name: string;
  readonly came: readonly (readonly [bigint, MessageWay])[];
  readonly second: readonly boolean[];
}[] = [
  {
    name: "tells the second copy, whichever way came first",
    came: [[1n, "group"], [2n, "alone"], [1n, "alone"], [2n, "group"]],
    second: [false, false, true, true],
  },
  {
    name: "tells no copy by what came the same way",
    came: [[1n, "group"], [1n, "group"], [2n, "alone"], [2n, "alone"]],
    second: [false, false, false, false],
  },
  {
    name: "drops one message for a forged number",
    came: [[7n, "group"], [7n, "alone"], [7n, "group"], [7n, "group"]],
    second: [false, true, false, false],
  },
  {
    name: "takes numbers for different ones that share a place",
    came: [[0n, "group"], [BigInt(REMEMBERED_NUMBERS), "alone"], [0n, "alone"]],
    second: [false, false, false],
  },
  {
    name: "begins with nothing, 0 neither",
    came: [[0n, "alone"], [2n ** 64n - 1n, "group"], [2n ** 64n - 1n, "alone"]],
    second: [false, false, true],
  },
];

for (const { name, came, second } of cases) {
  Deno.test(`CopyMemory ${name}`, () => {
    const memory = new CopyMemory();
    assertEquals(came.map(([sequence, way]) => memory.isSecond(sequence, way)), second);
  });
}

Deno.test("CopyMemory remembers as many numbers as it says, and no more", () => {
  const memory = new CopyMemory();
  for (let number = 0n; number <= REMEMBERED_NUMBERS; number++) memory.isSecond(number, "group");
  assertEquals(memory.isSecond(0n, "alone"), false);
  assertEquals(memory.isSecond(1n, "alone"), true);
});

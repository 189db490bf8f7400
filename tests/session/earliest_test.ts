import { assertEquals } from "@std/assert";
import { earliest } from "../../src/session/earliest.ts";

const rows: { deadlines: (number | undefined)[]; expected: number | undefined }[] = [
  { deadlines: [], expected: undefined },
  { deadlines: [undefined, undefined], expected: undefined },
  { deadlines: [undefined, 7], expected: 7 },
  { deadlines: [7, undefined, 3, 5], expected: 3 },
  { deadlines: [0, -1, undefined], expected: -1 },
];
for (const { deadlines, expected } of rows) {
  Deno.test(`earliest() of ${JSON.stringify(deadlines)} is ${expected}`, () => {
    assertEquals(earliest(...deadlines), expected);
  });
}

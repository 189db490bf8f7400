import { assertEquals } from "@std/assert";
import { faultOf, messagesOf, reading } from "../../../scripts/cluster_demo/readings.ts";

const readings = (...numbers: readonly number[]) => numbers.map(reading);

for (
  const { name, texts, fault } of [
    { name: "all in order", texts: readings(1, 2, 3), fault: undefined },
    {
      name: "other messages between",
      texts: ["hello", ...readings(1, 2), "reading it", ...readings(3)],
      fault: undefined,
    },
    { name: "one missing", texts: readings(1, 3), fault: "reading 3 came where 2 was due" },
    { name: "one twice", texts: readings(1, 1, 2, 3), fault: "reading 1 came where 2 was due" },
    {
      name: "two that changed places",
      texts: readings(2, 1, 3),
      fault: "reading 2 came where 1 was due",
    },
    { name: "the last one missing", texts: readings(1, 2), fault: "2 readings came of 3" },
    { name: "none", texts: [], fault: "0 readings came of 3" },
    { name: "one too many", texts: readings(1, 2, 3, 4), fault: "4 readings came of 3" },
  ]
) {
  Deno.test(`faultOf() judges ${name}`, () => {
    assertEquals(faultOf(texts, 3), fault);
  });
}

Deno.test("messagesOf() passes over what is no message", () => {
  const lines = [
    '{"type":"joined","id":"bob"}',
    '{"type":"message","sender":"ann","sequence":1,"text":"hello"}',
    '{"type":"gap","first":2,"last":3,"count":2}',
  ];
  assertEquals(messagesOf(lines), [{ from: "ann", text: "hello" }]);
});

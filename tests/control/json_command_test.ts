import { assertEquals } from "@std/assert";
import { parseJsonCommand, type RequestId } from "../../src/control/json_command.ts";

for (
  const { line, id, name, args } of [
    { line: '{"id":7,"command":"help"}', id: 7, name: "help", args: [] },
    { line: ' {"command":"help","args":[]} ', id: undefined, name: "help", args: [] },
    {
      line: '{"id":"a\\nb","command":"x","args":["1",""]}',
      id: "a\nb",
      name: "x",
      args: ["1", ""],
    },
    { line: '{"id":"","command":""}', id: "", name: "", args: [] },
    { line: '{"id":-0.5,"command":"x"}', id: -0.5, name: "x", args: [] },
    { line: '{"id":9007199254740991,"command":"x"}', id: 2 ** 53 - 1, name: "x", args: [] },
  ]
) {
  Deno.test(`parseJsonCommand() reads ${line}`, () => {
    assertEquals(parseJsonCommand(line), { form: "json", id, name, args });
  });
}

const rejected: readonly { line: string; id?: RequestId }[] = [
  { line: "{" },
  { line: '{"id":7,"command":"help"} x' },
  { line: "[]" },
  { line: "null" },
  { line: "7" },
  { line: "{}" },
  { line: '{"id":7}', id: 7 },
  { line: '{"id":7,"command":7}', id: 7 },
  { line: '{"id":7,"command":"x","args":"y"}', id: 7 },
  { line: '{"id":7,"command":"x","args":{"0":"y"}}', id: 7 },
  { line: '{"id":7,"command":"x","args":null}', id: 7 },
  { line: '{"id":7,"command":"x","args":["y",1]}', id: 7 },
  { line: '{"id":7,"command":"x","arg":["y"]}', id: 7 },
  { line: '{"id":7,"command":"x","__proto__":{}}', id: 7 },
  { line: '{"id":null,"command":"x"}' },
  { line: '{"id":{},"command":"x"}' },
  { line: '{"id":1e999,"command":"x"}' },
  { line: '{"id":9007199254740993,"command":"x"}' },
  { line: "[".repeat(4_096) },
];

for (const { line, id } of rejected) {
  Deno.test(`parseJsonCommand() refuses ${line.slice(0, 60)}`, () => {
    const result = parseJsonCommand(line);
    assertEquals(result.form, "bad_json");
    assertEquals(result.id, id);
  });
}

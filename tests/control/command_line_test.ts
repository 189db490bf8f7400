import { assertEquals, assertThrows } from "@std/assert";
import { CommandError } from "../../src/control/command.ts";
import { quoteArgument, splitArguments, splitCommandLine } from "../../src/control/command_line.ts";

for (
  const { line, name, rest } of [
    { line: "", name: "", rest: "" },
    { line: " \t ", name: "", rest: "" },
    { line: "help", name: "help", rest: "" },
    { line: "  help  ", name: "help", rest: "" },
    { line: "broadcast\thello  all ", name: "broadcast", rest: "hello  all" },
    { line: 'get_client "pump 3"', name: "get_client", rest: '"pump 3"' },
    { line: "a\u00a0b c", name: "a\u00a0b", rest: "c" },
  ]
) {
  Deno.test(`splitCommandLine() splits ${JSON.stringify(line)}`, () => {
    assertEquals(splitCommandLine(line), { name, rest });
  });
}

for (
  const { rest, maxArgs, args } of [
    { rest: "", maxArgs: 0, args: [] },
    { rest: "", maxArgs: 2, args: [] },
    { rest: "x", maxArgs: 0, args: ["x"] },
    { rest: "pump-3", maxArgs: 1, args: ["pump-3"] },
    { rest: "pump 3", maxArgs: 1, args: ["pump 3"] },
    { rest: '"pump 3"', maxArgs: 1, args: ["pump 3"] },
    { rest: "pump-3", maxArgs: 2, args: ["pump-3"] },
    { rest: "pump-3 too  noisy", maxArgs: 2, args: ["pump-3", "too  noisy"] },
    { rest: '"pump 3"   too noisy', maxArgs: 2, args: ["pump 3", "too noisy"] },
    { rest: '"pump 3" "too noisy"', maxArgs: 2, args: ["pump 3", "too noisy"] },
    { rest: '"" x', maxArgs: 2, args: ["", "x"] },
    { rest: String.raw`"a \"b\" \\ \n" x`, maxArgs: 2, args: [String.raw`a "b" \ \n`, "x"] },
    { rest: 'he said "hi" to all', maxArgs: 1, args: ['he said "hi" to all'] },
    { rest: '"a" and "b"', maxArgs: 1, args: ['"a" and "b"'] },
    { rest: '"open', maxArgs: 1, args: ['"open'] },
    { rest: 'pu"mp x', maxArgs: 2, args: ['pu"mp', "x"] },
    { rest: '""', maxArgs: 1, args: [""] },
  ]
) {
  Deno.test(`splitArguments() splits ${rest} into at most ${maxArgs}`, () => {
    assertEquals(splitArguments(rest, maxArgs), args);
  });
}

for (const rest of ['"pump 3', '"pump"3 x', String.raw`"a\" b`]) {
  Deno.test(`splitArguments() refuses the quotes of ${rest}`, () => {
    const error = assertThrows(() => splitArguments(rest, 2), CommandError);
    assertEquals(error.code, "BAD_QUOTING");
  });
}

Deno.test("splitCommandLine() takes linear time on blanks within a line", () => {
  const line = `a${" ".repeat(4_000)}b`.repeat(200);
  const started = performance.now();
  splitCommandLine(line);
  splitArguments(line, 4);
  // A quadratic trim takes minutes for 800,000 characters.
  assertEquals(performance.now() - started < 5_000, true);
});

for (
  const { text, quoted } of [
    { text: "pump-3", quoted: "pump-3" },
    { text: "", quoted: '""' },
    { text: "pump 3", quoted: '"pump 3"' },
    { text: 'a "b" \\', quoted: String.raw`"a \"b\" \\"` },
    { text: "a\u2003b", quoted: '"a\u2003b"' },
  ]
) {
  Deno.test(`quoteArgument() writes ${JSON.stringify(text)}`, () => {
    assertEquals(quoteArgument(text), quoted);
  });
}

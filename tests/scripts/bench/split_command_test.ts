import { assertEquals, assertThrows } from "@std/assert";
import { splitCommand } from "../../../scripts/bench/split_command.ts";

for (
  const { line, words } of [
    { line: "", words: [] },
    { line: "  python3   relay.py\t--port 0 ", words: ["python3", "relay.py", "--port", "0"] },
    { line: `sh -c 'exec a "b" \\c'`, words: ["sh", "-c", 'exec a "b" \\c'] },
    { line: `"a b" "say \\"x\\" \\\\ \\n"`, words: ["a b", 'say "x" \\ \\n'] },
    { line: `--flag="two words"'and'\\ more`, words: ["--flag=two wordsand more"] },
    { line: `a "" ''`, words: ["a", "", ""] },
    { line: "$HOME *.ts; {state}", words: ["$HOME", "*.ts;", "{state}"] },
  ]
) {
  Deno.test(`splitCommand() splits ${JSON.stringify(line)} as a shell does`, () => {
    assertEquals(splitCommand(line), words);
  });
}

for (const line of [`a "b`, `a 'b`, `a "b\\"`, "a \\"]) {
  Deno.test(`splitCommand() refuses ${JSON.stringify(line)}`, () => {
    assertThrows(() => splitCommand(line), SyntaxError, "open quote");
  });
}

import { assertEquals, assertThrows } from "@std/assert";
import { readArgumentWord } from "../../src/cli/argument_word.ts";
import { UsageError } from "../../src/cli/usage_error.ts";

const WORDS = [
  { word: "brew", summary: "Make tea" },
  { word: "pour", summary: "Fill a cup" },
] as const;
const WORDING = { noun: "step", right: "write brew or pour" };

Deno.test("readArgumentWord() returns the word", () => {
  const word: "brew" | "pour" = readArgumentWord("pour", WORDS, WORDING);
  assertEquals(word, "pour");
});

const refused: { argument: string | undefined; message: string }[] = [
  { argument: undefined, message: "Missing step: write brew or pour" },
  { argument: "", message: 'Unknown step "": write brew or pour' },
  { argument: "drink", message: 'Unknown step "drink": write brew or pour' },
  { argument: "toString", message: 'Unknown step "toString": write brew or pour' },
  { argument: "Brew", message: 'Unknown step "Brew": did you mean brew?' },
  { argument: "po", message: 'Unknown step "po": did you mean pour?' },
  { argument: "x\n\x1b[2J", message: 'Unknown step "x\\u000a\\u001b[2J": write brew or pour' },
];

for (const { argument, message } of refused) {
  Deno.test(`readArgumentWord() refuses ${JSON.stringify(argument)}`, () => {
    const error = assertThrows(() => readArgumentWord(argument, WORDS, WORDING), UsageError);
    assertEquals([error.code, error.message], ["USAGE", message]);
  });
}

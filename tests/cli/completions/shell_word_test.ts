import { assertEquals } from "@std/assert";
import { fishWord, shellWord } from "../../../src/cli/completions/shell_word.ts";

const words: { text: string; shell: string; fish: string }[] = [
  { text: "--rsa-bits", shell: "--rsa-bits", fish: "--rsa-bits" },
  { text: "list_clients", shell: "list_clients", fish: "list_clients" },
  { text: "", shell: "''", fish: "''" },
  { text: "two words", shell: "'two words'", fish: "'two words'" },
  { text: "$HOME `id`", shell: "'$HOME `id`'", fish: "'$HOME `id`'" },
  { text: "it's", shell: "'it'\\''s'", fish: "'it\\'s'" },
  { text: "'", shell: "''\\'''", fish: "'\\''" },
  { text: "a\\b", shell: "'a\\b'", fish: "'a\\\\b'" },
  { text: "\\'", shell: "'\\'\\'''", fish: "'\\\\\\''" },
  { text: "~", shell: "'~'", fish: "'~'" },
  { text: "a=b", shell: "'a=b'", fish: "'a=b'" },
  { text: "a\nb", shell: "'a\nb'", fish: "'a\nb'" },
  { text: "é", shell: "'é'", fish: "'é'" },
];

for (const { text, shell, fish } of words) {
  Deno.test(`shellWord() and fishWord() quote ${JSON.stringify(text)}`, () => {
    assertEquals([shellWord(text), fishWord(text)], [shell, fish]);
  });
}

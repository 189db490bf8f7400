import { assertEquals } from "@std/assert";
import { cutText } from "../../src/relay/cut_text.ts";

const table: { name: string; text: string; maxBytes: number; cut: string }[] = [
  { name: "keeps a text that fits", text: "maintenance", maxBytes: 11, cut: "maintenance" },
  {
    name: "takes off what is one byte too many",
    text: "maintenance",
    maxBytes: 10,
    cut: "maintenanc",
  },
  { name: "cuts no character of two bytes", text: "aéé", maxBytes: 4, cut: "aé" },
  { name: "cuts no character of four bytes", text: "a😀😀", maxBytes: 8, cut: "a😀" },
  { name: "leaves nothing of a text without room", text: "abc", maxBytes: 0, cut: "" },
  { name: "takes an empty text", text: "", maxBytes: 5, cut: "" },
];

for (const { name, text, maxBytes, cut } of table) {
  Deno.test(`cutText() ${name}`, () => assertEquals(cutText(text, maxBytes), cut));
}

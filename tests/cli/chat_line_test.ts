import { assertEquals } from "@std/assert";
import { type ChatLine, readChatLine } from "../../src/cli/chat_line.ts";

const rows: [line: string, meaning: ChatLine][] = [
  ["", { action: "nothing" }],
  ["hello", { action: "send", text: "hello" }],
  [" ", { action: "send", text: " " }],
  [" /quit", { action: "send", text: " /quit" }],
  ["/quit", { action: "quit" }],
  ["/quit ", { action: "quit" }],
  ["/help", { action: "help" }],
  ["//etc/hosts", { action: "send", text: "/etc/hosts" }],
  ["/", { action: "unknown", command: "/" }],
  ["/quit now", { action: "unknown", command: "/quit now" }],
  ["/Quit", { action: "unknown", command: "/Quit" }],
];

for (const [line, meaning] of rows) {
  Deno.test(`readChatLine() takes "${line}" for ${meaning.action}`, () => {
    assertEquals(readChatLine(line), meaning);
  });
}

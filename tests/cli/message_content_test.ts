import { assertEquals } from "@std/assert";
import { messageContent } from "../../src/cli/message_content.ts";

const rows: [name: string, bytes: number[], content: ReturnType<typeof messageContent>][] = [
  ["nothing as text", [], { text: "" }],
  ["UTF-8 as text, a byte order mark included", [0xef, 0xbb, 0xbf, 0x61], { text: "\ufeffa" }],
  ["control characters as text", [0x00, 0x0a], { text: "\0\n" }],
  ["other bytes as base64", [0xff, 0x00], { base64: "/wA=" }],
  ["half a character as base64", [0x61, 0xc3], { base64: "YcM=" }],
];

for (const [name, bytes, content] of rows) {
  Deno.test(`messageContent() gives ${name}`, () => {
    assertEquals(messageContent(Uint8Array.from(bytes)), content);
  });
}

import { assertEquals } from "@std/assert";
import { encodeEvent, encodeEventJson, STREAM_HEAD } from "../../../src/http/feed/event_text.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("encodeEvent() writes type and data on a line each, whatever is in them", () => {
  const reason = "a\nb\r\nc\revent: log\u2028é<img src=x onerror=alert(1)>";
  const lines = text(encodeEvent({ type: "shutdown", data: { reason } })).split(/\r\n|\r|\n/);
  assertEquals(lines.length, 4);
  assertEquals(lines[0], "event: shutdown");
  assertEquals(JSON.parse(lines[1]?.replace("data: ", "") ?? ""), { reason });
  assertEquals(lines.slice(2), ["", ""]);
});

Deno.test("encodeEventJson() takes the data as they are", () => {
  assertEquals(text(encodeEventJson("log", '{"a":1}')), 'event: log\ndata: {"a":1}\n\n');
});

Deno.test("STREAM_HEAD has a browser come back after two seconds", () => {
  assertEquals(text(STREAM_HEAD), "retry: 2000\n\n");
});

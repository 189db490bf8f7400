import { assertEquals } from "@std/assert";
import { readPublishAnswer } from "../../src/cluster/publish_answer.ts";

function read(text: string, status = 0) {
  return readPublishAnswer(status, new TextEncoder().encode(text));
}

Deno.test("readPublishAnswer() reads the number of a message, new or not", () => {
  const kept = { answer: "kept", sequence: 7n } as const;
  assertEquals(read(`{"stream":"s","seq":7}`), kept);
  assertEquals(read(`{"stream":"s","seq":7,"duplicate":true}`), kept);
});

Deno.test("readPublishAnswer() takes a message that is too long for refused", () => {
  const answer = read(`{"error":{"code":400,"err_code":10054,"description":"too long"}}`);
  assertEquals(answer, { answer: "refused", reason: "too long" });
});

for (
  const { name, text, status } of [
    { name: "nobody listens", text: "", status: 503 },
    { name: "storage is full", text: `{"error":{"err_code":10047,"description":"full"}}` },
    { name: "no reason is given", text: `{"error":{}}` },
    { name: "the error is no object", text: `{"error":1}` },
    { name: "there is no number", text: `{"stream":"s"}` },
    { name: "the number is none", text: `{"seq":"7"}` },
    { name: "the number is 0", text: `{"seq":0}` },
    { name: "the number is broken", text: `{"seq":1.5}` },
    { name: "it is no JSON", text: "+OK" },
    { name: "it is null", text: "null" },
    { name: "it is empty", text: "" },
  ]
) {
  Deno.test(`readPublishAnswer() has a message sent again when ${name}`, () => {
    assertEquals(read(text, status).answer, "failed");
  });
}

import { assert, assertEquals } from "@std/assert";
import { readMessage, writeMessage } from "../../../../scripts/soak/fleet/soak_message.ts";

const encode = (text: string) => new TextEncoder().encode(text);

for (const bodyBytes of [0, 1, 1_024, 1_025, 100_000]) {
  const message = { sender: "soak-7", number: 12, bodyBytes };

  Deno.test(`readMessage() reads what writeMessage() wrote, with a body of ${bodyBytes} bytes`, () => {
    assertEquals(readMessage(writeMessage(message)), { outcome: "whole", message });
  });

  Deno.test(`readMessage() notices that one of ${bodyBytes} bytes was cut or grew`, () => {
    const bytes = writeMessage(message);
    assertEquals(readMessage(bytes.subarray(0, -1)).outcome, bodyBytes === 0 ? "foreign" : "cut");
    assertEquals(readMessage(Uint8Array.of(...bytes, 0)).outcome, "cut");
  });

  if (bodyBytes === 0) continue;
  Deno.test(`readMessage() notices a changed bit in a body of ${bodyBytes} bytes`, () => {
    for (const at of [-1, -Math.ceil(bodyBytes / 2), -bodyBytes]) {
      const bytes = writeMessage(message);
      bytes[bytes.byteLength + at] = (bytes.at(at) ?? 0) ^ 1;
      assertEquals(readMessage(bytes).outcome, "changed");
    }
  });
}

Deno.test("writeMessage() writes another body for each number", () => {
  const [one, two] = [1, 2].map((number) => writeMessage({ sender: "a", number, bodyBytes: 64 }));
  assert(one !== undefined && two !== undefined);
  assert(one.subarray(-64).toString() !== two.subarray(-64).toString());
});

const foreign = [
  "",
  "\n",
  "hello",
  "soak a 1\n",
  "salt a 1 0 -\n",
  `soak ${"a".repeat(200)} 1 0 -\n`,
];
for (const text of foreign) {
  Deno.test(`readMessage() takes ${JSON.stringify(text.slice(0, 20))} for no message of the fleet`, () => {
    assertEquals(readMessage(encode(text)), { outcome: "foreign", message: undefined });
  });
}

import { assertEquals } from "@std/assert";
import { Fernet } from "../../../src/crypto/fernet.ts";
import { sealMessage, unsealMessage } from "../../../src/history/sqlite/sealed_message.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { numberedMessage } from "../../support/sqlite_history_fixture.ts";

const fernet = new Fernet(Fernet.generateKey());

const MESSAGES = {
  "a short message": numberedMessage(1),
  "an empty one": numberedMessage(2, { payload: new Uint8Array() }),
  "one without an instance": numberedMessage(3, { instance: undefined }),
  "one with the highest number": numberedMessage(4, { clientSequence: 2n ** 64n - 1n }),
  "one of many bytes": numberedMessage(5, { payload: new Uint8Array(300_000).fill(9) }),
  "one whose texts are odd": numberedMessage(6, {
    messageId: "\ufeff\0",
    senderId: "é".repeat(32_000),
    sessionId: "",
  }),
};

for (const [name, message] of Object.entries(MESSAGES)) {
  Deno.test(`unsealMessage() gives back ${name}`, () => {
    const unsealed = unsealMessage(sealMessage(message, 7n, fernet), 7n, fernet);
    const { unixMs: _, ...content } = message;
    assertEquals({ ...unsealed, sealedUnixSeconds: 0 }, { ...content, sealedUnixSeconds: 0 });
  });
}

Deno.test("unsealMessage() tells when a message was sealed", () => {
  const before = Math.floor(Date.now() / 1_000);
  const sealed = sealMessage(numberedMessage(1), 1n, fernet);
  const seconds = unsealMessage(sealed, 1n, fernet)?.sealedUnixSeconds ?? 0;
  assertEquals(seconds >= before && seconds <= Date.now() / 1_000, true);
});

Deno.test("unsealMessage() refuses another number and another key", () => {
  const sealed = sealMessage(numberedMessage(1), 7n, fernet);
  assertEquals(unsealMessage(sealed, 8n, fernet), undefined);
  assertEquals(unsealMessage(sealed, 7n, new Fernet(Fernet.generateKey())), undefined);
});

Deno.test("unsealMessage() refuses a token with any byte changed", () => {
  const sealed = sealMessage(numberedMessage(1), 7n, fernet);
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice();
    changed[at] = changed[at] === 0x41 ? 0x42 : 0x41;
    assertEquals(unsealMessage(changed, 7n, fernet), undefined, `byte ${at}`);
  }
});

Deno.test("unsealMessage() refuses what is sealed but is no message", () => {
  const whole = fernet.decrypt(
    sealMessage(numberedMessage(1, { payload: new Uint8Array() }), 7n, fernet),
  );
  const open = (bytes: Uint8Array) => unsealMessage(fernet.encrypt(bytes), 7n, fernet);
  assertEquals(open(whole)?.senderId, "alice");
  for (let end = 0; end < whole.length; end++) {
    assertEquals(open(whole.slice(0, end)), undefined, `cut at ${end}`);
  }
  assertEquals(open(Uint8Array.from(whole, (byte, at) => at === 0 ? 2 : byte)), undefined);
  // A text that is no UTF-8, and one that is longer than all.
  assertEquals(open(Uint8Array.from(whole, (byte, at) => at === 21 ? 0xff : byte)), undefined);
  assertEquals(open(Uint8Array.from(whole, (byte, at) => at === 17 ? 0xff : byte)), undefined);
});

Deno.test("unsealMessage() takes any bytes", () => {
  const random = new SeededRandom(3);
  for (let round = 0; round < 200; round++) {
    const bytes = random.bytes(random.below(200));
    assertEquals(unsealMessage(bytes, 1n, fernet), undefined);
    unsealMessage(fernet.encrypt(bytes), 1n, fernet);
  }
});

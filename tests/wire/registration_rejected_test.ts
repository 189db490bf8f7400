import { assertEquals } from "@std/assert";
import {
  decodeRegistrationRejected,
  encodeRegistrationRejected,
  RejectionCode,
} from "../../src/wire/registration_rejected.ts";
import { decodeAmidPoison } from "../support/poisoned.ts";

const CODE = "REGISTRATION_REJECTED_MALFORMED";

Deno.test("RejectionCode is the table of PROTOCOL 1.2", () => {
  assertEquals({ ...RejectionCode }, {
    AUTHENTICATION_REQUIRED: 1,
    AUTHENTICATION_FAILED: 2,
    RELAY_FULL: 3,
    BANNED: 4,
    KEY_UNUSABLE: 5,
    NAME_TAKEN: 6,
    REPLAYED: 7,
  });
});

const same: { name: string; text: string; bytes: number[] }[] = [
  { name: "no text", text: "", bytes: [3] },
  { name: "ASCII text", text: "full", bytes: [3, 0x66, 0x75, 0x6c, 0x6c] },
  { name: "text beyond ASCII", text: "é\u{1F512}", bytes: [3, 0xc3, 0xa9, 0xf0, 0x9f, 0x94, 0x92] },
];
for (const { name, text, bytes } of same) {
  Deno.test(`encodeRegistrationRejected() writes ${name}`, () => {
    const encoded = encodeRegistrationRejected(RejectionCode.RELAY_FULL, text);
    assertEquals(encoded, Uint8Array.from(bytes));
  });
  Deno.test(`decodeRegistrationRejected() reads ${name}`, () => {
    const outcome = decodeAmidPoison(Uint8Array.from(bytes), decodeRegistrationRejected, CODE);
    assertEquals(outcome, { ok: true, value: { reason: 3, text } });
  });
}

for (const reason of [0, 8, 255]) {
  Deno.test(`decodeRegistrationRejected() reads reason ${reason}, which it does not know`, () => {
    assertEquals(decodeRegistrationRejected(Uint8Array.of(reason)), { reason, text: "" });
  });
}

Deno.test("decodeRegistrationRejected() reads bytes that are not UTF-8 as replacements", () => {
  const { text } = decodeRegistrationRejected(Uint8Array.of(1, 0xff, 0x41, 0xc3));
  assertEquals(text, "\ufffdA\ufffd");
});

Deno.test("decodeRegistrationRejected() rejects an empty value", () => {
  assertEquals(decodeAmidPoison(new Uint8Array(), decodeRegistrationRejected, CODE).ok, false);
});

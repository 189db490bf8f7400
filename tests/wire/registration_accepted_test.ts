import { assertEquals } from "@std/assert";
import {
  decodeRegistrationAccepted,
  encodeRegistrationAccepted,
  type RegistrationAccepted,
  SESSION_ID_BYTES,
} from "../../src/wire/registration_accepted.ts";
import { decodeAmidPoison } from "../support/poisoned.ts";

const CODE = "REGISTRATION_ACCEPTED_MALFORMED";

const plain: RegistrationAccepted = {
  sessionId: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  keepAliveSeconds: 0x090a,
  clientTimeoutSeconds: 0x0b0c,
  features: 0x0d0e0f10,
  latestRelaySequence: 0x1112131415161718n,
};
const plainBytes = Uint8Array.from({ length: 24 }, (_, index) => index + 1);

const highest: RegistrationAccepted = {
  sessionId: new Uint8Array(8).fill(255),
  keepAliveSeconds: 0xffff,
  clientTimeoutSeconds: 0xffff,
  features: 0xffffffff,
  latestRelaySequence: 2n ** 64n - 1n,
};
const lowest: RegistrationAccepted = {
  sessionId: new Uint8Array(8),
  keepAliveSeconds: 0,
  clientTimeoutSeconds: 0,
  features: 0,
  latestRelaySequence: 0n,
};

const same: { name: string; accepted: RegistrationAccepted; bytes: Uint8Array }[] = [
  { name: "each field in its place", accepted: plain, bytes: plainBytes },
  { name: "the highest values", accepted: highest, bytes: new Uint8Array(24).fill(255) },
  { name: "the lowest values", accepted: lowest, bytes: new Uint8Array(24) },
];
for (const { name, accepted, bytes } of same) {
  Deno.test(`encodeRegistrationAccepted() writes ${name}`, () => {
    assertEquals(encodeRegistrationAccepted(accepted), bytes);
  });
  Deno.test(`decodeRegistrationAccepted() reads ${name}`, () => {
    const outcome = decodeAmidPoison(bytes, decodeRegistrationAccepted, CODE);
    assertEquals(outcome, { ok: true, value: accepted });
  });
}

Deno.test("encodeRegistrationAccepted() sends seconds one past a u16 as 65,535", () => {
  const long = { ...plain, keepAliveSeconds: 65_536, clientTimeoutSeconds: 1e9 };
  const { keepAliveSeconds, clientTimeoutSeconds } = decodeRegistrationAccepted(
    encodeRegistrationAccepted(long),
  );
  assertEquals([keepAliveSeconds, clientTimeoutSeconds], [65_535, 65_535]);
});

for (const length of [0, 1, 23]) {
  Deno.test(`decodeRegistrationAccepted() rejects ${length} bytes`, () => {
    const outcome = decodeAmidPoison(new Uint8Array(length), decodeRegistrationAccepted, CODE);
    assertEquals(outcome.ok, false);
  });
}

Deno.test("decodeRegistrationAccepted() passes over what a later version appends", () => {
  const longer = Uint8Array.from([...plainBytes, 99, 99]);
  assertEquals(decodeRegistrationAccepted(longer), plain);
});

Deno.test("decodeRegistrationAccepted() gives a session id in memory of its own", () => {
  const bytes = plainBytes.slice();
  const { sessionId } = decodeRegistrationAccepted(bytes);
  bytes.fill(0);
  assertEquals(sessionId, plain.sessionId);
  assertEquals(sessionId.buffer.byteLength, SESSION_ID_BYTES);
});

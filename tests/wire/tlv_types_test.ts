import { assertEquals, assertNotEquals } from "@std/assert";
import { DEFAULT_TLV_TYPES, tlvTypesWith } from "../../src/wire/tlv_types.ts";
import { assertThrowsWithCode } from "../support/assert_code.ts";

// PROTOCOL 1.2 and 2.2, typed in a second time: a number that changes breaks every deployment.
const protocol: [number, string][] = [
  [0x0001, "PUBLIC_KEY_REQUEST"],
  [0x0002, "SERVER_PUBLIC_KEY_RESPONSE"],
  [0x0003, "ENCRYPTED_SYMMETRIC_KEY"],
  [0x0004, "SYMMETRICALLY_ENCRYPTED_MESSAGE"],
  [0x0005, "FRAGMENT"],
  [0x0006, "KEEP_ALIVE"],
  [0x0007, "SENDER_ID"],
  [0x0008, "NOTIFY_CONNECT"],
  [0x0009, "NOTIFY_DISCONNECT"],
  [0x0101, "MESSAGE"],
  [0x0102, "DISCONNECT"],
  [0x0110, "SESSION_ID"],
  [0x0111, "COOKIE"],
  [0x0112, "SERVER_IDENTITY"],
  [0x0113, "UNKNOWN_SESSION"],
  [0x0114, "REGISTRATION_REJECTED"],
  [0x0115, "GROUP_MESSAGE"],
  [0x0116, "GROUP_FRAGMENT"],
  [0x0120, "CLIENT_HELLO"],
  [0x0121, "AUTH_TOKEN"],
  [0x0122, "CLIENT_NAME"],
  [0x0123, "REGISTRATION_ACCEPTED"],
  [0x0124, "CLIENT_SEQUENCE"],
  [0x0125, "RELAY_SEQUENCE"],
  [0x0126, "ACK"],
  [0x0127, "NACK"],
  [0x0128, "GROUP_KEY"],
  [0x0129, "FRAGMENT_NACK"],
  [0x012a, "KEEP_ALIVE_REPLY"],
  [0x012b, "LOST"],
  [0x012c, "SERVER_NOTICE"],
  [0x012d, "SERIES_ID"],
  [0x0130, "SIGNATURE"],
  [0x0131, "MESSAGE_PART"],
  // docs/HISTORY.md
  [0x01c0, "CLIENT_INSTANCE"],
  [0x01c1, "FIRST_SENT"],
  [0x01c2, "REPLAY"],
  [0x01c3, "REPLAY_FROM"],
];

Deno.test("DEFAULT_TLV_TYPES is the table of PROTOCOL 1.2 and 2.2 and HISTORY, nothing more and nothing less", () => {
  const table = Object.entries<number>(DEFAULT_TLV_TYPES);
  assertEquals(table, protocol.map(([number, name]): [string, number] => [name, number]));
});

Deno.test("tlvTypesWith() without overrides gives the defaults in a new object", () => {
  const table = tlvTypesWith({});
  assertEquals(table, { ...DEFAULT_TLV_TYPES });
  assertEquals(table === DEFAULT_TLV_TYPES, false);
});

const taken: { name: string; overrides: Record<string, number> }[] = [
  { name: "the lowest number", overrides: { MESSAGE: 0 } },
  { name: "the highest number", overrides: { MESSAGE: 0xffff } },
  { name: "a name's own default", overrides: { MESSAGE: 0x0101 } },
  { name: "two names that change places", overrides: { MESSAGE: 0x0102, DISCONNECT: 0x0101 } },
];
for (const { name, overrides } of taken) {
  Deno.test(`tlvTypesWith() takes ${name}`, () => {
    assertEquals(tlvTypesWith(overrides), { ...DEFAULT_TLV_TYPES, ...overrides });
  });
}

Deno.test("tlvTypesWith() leaves the defaults as they are", () => {
  assertNotEquals(tlvTypesWith({ MESSAGE: 0x4242 }).MESSAGE, DEFAULT_TLV_TYPES.MESSAGE);
  assertEquals(DEFAULT_TLV_TYPES.MESSAGE, 0x0101);
});

const refused: { name: string; overrides: Record<string, number> }[] = [
  { name: "a name that is not in the table", overrides: { MESSAGES: 1 } },
  { name: "a name in lower case", overrides: { message: 0x4242 } },
  { name: "a name that every object has", overrides: { constructor: 0x4242 } },
  { name: "__proto__", overrides: Object.fromEntries([["__proto__", 0x4242]]) },
  { name: "a number below 0", overrides: { MESSAGE: -1 } },
  { name: "a number above a u16", overrides: { MESSAGE: 0x10000 } },
  { name: "a fraction", overrides: { MESSAGE: 1.5 } },
  { name: "NaN", overrides: { MESSAGE: NaN } },
  { name: "infinity", overrides: { MESSAGE: Infinity } },
  { name: "another name's default", overrides: { MESSAGE: 0x0102 } },
  { name: "one number for two names", overrides: { MESSAGE: 0x4242, DISCONNECT: 0x4242 } },
];
for (const { name, overrides } of refused) {
  Deno.test(`tlvTypesWith() refuses ${name}`, () => {
    assertThrowsWithCode(() => tlvTypesWith(overrides), "TLV_TYPES");
  });
}

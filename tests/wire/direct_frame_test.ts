import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { concat } from "@std/bytes";
import {
  DIRECT_HEADER_BYTES,
  DirectBodyTooLargeError,
  directFragments,
  encodeDirectFragment,
  holdsPublicKey,
  isKeyRequest,
  keyRequest,
  MAX_DIRECT_FRAGMENTS,
  maxDirectBodyBytes,
  PADDED_KEY_REQUEST_BYTES,
  tryDecodeDirectFragment,
} from "../../src/wire/direct_frame.ts";
import type { Fragment } from "../../src/wire/fragment.ts";
import { assertThrowsWithCode } from "../support/assert_code.ts";
import { amidPoison, assertViewWithin } from "../support/poisoned.ts";
import { assertSameBytes } from "../support/same_bytes.ts";

const BEGIN = "-----BEGIN PUBLIC KEY-----";
const END = "-----END PUBLIC KEY-----";

const keys: { name: string; text: string; holds: boolean }[] = [
  { name: "a key", text: `${BEGIN}\nAQID\n${END}\n`, holds: true },
  { name: "a key amid other text", text: `\x00key: ${BEGIN}\r\nAQID\r\n${END} bye`, holds: true },
  { name: "both lines with nothing between", text: BEGIN + END, holds: true },
  { name: "an end before the key", text: `${END}${BEGIN}AQID${END}`, holds: true },
  { name: "two begins", text: `${BEGIN}${BEGIN}AQID${END}`, holds: true },
  { name: "nothing", text: "", holds: false },
  { name: "the first line alone", text: BEGIN, holds: false },
  { name: "the last line alone", text: END, holds: false },
  { name: "the lines in the wrong order", text: `${END}\nAQID\n${BEGIN}\n`, holds: true },
  { name: "lines that share their hyphens", text: `${BEGIN.slice(0, -5)}${END}`, holds: true },
  { name: "a line short of a hyphen", text: `${BEGIN}\nAQID\n${END.slice(0, -1)}`, holds: false },
  { name: "small letters", text: `${BEGIN}\nAQID\n${END}`.toLowerCase(), holds: false },
  {
    name: "a private key",
    text: `${BEGIN}\nAQID\n${END}`.replaceAll("PUBLIC", "PRIVATE"),
    holds: false,
  },
];
for (const { name, text, holds } of keys) {
  Deno.test(`holdsPublicKey() says ${holds} of ${name}`, () => {
    assertEquals(holdsPublicKey(amidPoison(bytesOf(text), 0x2d)), holds);
  });
}

const requests: { name: string; text: string; isRequest: boolean }[] = [
  { name: "the bare request", text: "REQ_PUB_KEY\n", isRequest: true },
  { name: "a request with a space", text: "REQ_PUB_KEY\n ", isRequest: true },
  {
    name: "a request as long as a modulus",
    text: "REQ_PUB_KEY\n".padEnd(512),
    isRequest: true,
  },
  { name: "nothing", text: "", isRequest: false },
  { name: "a request without LF", text: "REQ_PUB_KEY", isRequest: false },
  { name: "a request with CRLF", text: "REQ_PUB_KEY\r\n", isRequest: false },
  { name: "a request with spaces before LF", text: "REQ_PUB_KEY  \n", isRequest: false },
  { name: "a request behind a space", text: " REQ_PUB_KEY\n", isRequest: false },
  { name: "a request with a second LF", text: "REQ_PUB_KEY\n\n", isRequest: false },
  { name: "a request with a letter behind spaces", text: "REQ_PUB_KEY\n  x", isRequest: false },
  { name: "a request padded with NUL", text: "REQ_PUB_KEY\n\0", isRequest: false },
  { name: "small letters", text: "req_pub_key\n", isRequest: false },
];
for (const { name, text, isRequest } of requests) {
  Deno.test(`isKeyRequest() says ${isRequest} of ${name}`, () => {
    assertEquals(isKeyRequest(amidPoison(bytesOf(text), 0x20)), isRequest);
  });
}

Deno.test("keyRequest() is a request of 1,000 bytes, new each time", () => {
  const request = keyRequest();
  assertEquals([request.byteLength, isKeyRequest(request)], [PADDED_KEY_REQUEST_BYTES, true]);
  assertEquals(new TextDecoder().decode(request), "REQ_PUB_KEY\n".padEnd(1000));
  request.fill(0);
  assertEquals(isKeyRequest(keyRequest()), true);
});

const read: { name: string; bytes: number[]; fragment: Fragment }[] = [
  {
    name: "a big-endian id",
    bytes: [1, 2, 3, 4, 2, 3, 9, 8],
    fragment: fragment(0x01020304, 1, 3, 9, 8),
  },
  { name: "an empty payload", bytes: [0, 0, 0, 0, 1, 1], fragment: fragment(0, 0, 1) },
  {
    name: "the last of as many as there can be",
    bytes: [255, 255, 255, 255, 255, 255, 7],
    fragment: fragment(0xffffffff, 254, 255, 7),
  },
];
for (const { name, bytes, fragment } of read) {
  Deno.test(`tryDecodeDirectFragment() reads ${name}`, () => {
    for (const poison of [0x00, 0xff]) {
      const decoded = tryDecodeDirectFragment(amidPoison(Uint8Array.from(bytes), poison));
      assertEquals(decoded && { ...decoded, chunk: decoded.chunk.slice() }, fragment);
    }
  });
  Deno.test(`encodeDirectFragment() writes ${name}`, () => {
    assertEquals(encodeDirectFragment(fragment), Uint8Array.from(bytes));
  });
}

const refused: { name: string; bytes: number[] }[] = [
  { name: "nothing", bytes: [] },
  { name: "a header that lacks its last byte", bytes: [0, 0, 0, 0, 1] },
  { name: "number 0", bytes: [0, 0, 0, 0, 0, 3, 9] },
  { name: "number 0 of 0", bytes: [0, 0, 0, 0, 0, 0, 9] },
  { name: "number 1 of 0", bytes: [0, 0, 0, 0, 1, 0, 9] },
  { name: "a number above the total", bytes: [0, 0, 0, 0, 4, 3, 9] },
  { name: "255 of 254", bytes: [0, 0, 0, 0, 255, 254, 9] },
];
for (const { name, bytes } of refused) {
  Deno.test(`tryDecodeDirectFragment() refuses ${name}`, () => {
    for (const poison of [0x00, 0x01, 0xff]) {
      assertEquals(tryDecodeDirectFragment(amidPoison(Uint8Array.from(bytes), poison)), undefined);
    }
  });
}

Deno.test("tryDecodeDirectFragment() gives a chunk that is a view of the datagram", () => {
  const datagram = Uint8Array.of(0, 0, 0, 0, 1, 1, 7, 8);
  const decoded = tryDecodeDirectFragment(datagram);
  assertViewWithin(decoded?.chunk ?? new Uint8Array(), datagram);
});

Deno.test("tryDecodeDirectFragment() takes a request for a fragment: that rule must go first", () => {
  assertEquals(tryDecodeDirectFragment(keyRequest())?.sequenceNumber, "P".charCodeAt(0) - 1);
});

const K = 512;
const cuts: { name: string; payload: number; k: number; body: number; chunks: number[] }[] = [
  { name: "an empty body into one empty fragment", payload: 490, k: K, body: 0, chunks: [0] },
  { name: "a body of one byte", payload: 490, k: K, body: 1, chunks: [1] },
  { name: "a body of one payload", payload: 490, k: K, body: 490, chunks: [490] },
  { name: "one byte past one payload", payload: 490, k: K, body: 491, chunks: [490, 1] },
  { name: "two whole payloads", payload: 490, k: K, body: 980, chunks: [490, 490] },
  { name: "by the client's default", payload: 1194, k: K, body: 2400, chunks: [1194, 1194, 12] },
  {
    name: "for no key, at any length",
    payload: 506,
    k: 0,
    body: 1518,
    chunks: [506, 506, 506],
  },
  { name: "below the length of a modulus", payload: 505, k: K, body: 1011, chunks: [505, 505, 1] },
  { name: "at the length of a modulus", payload: 506, k: K, body: 1011, chunks: [505, 505, 1] },
  { name: "one byte above it", payload: 507, k: K, body: 1011, chunks: [505, 505, 1] },
  { name: "two bytes above it", payload: 508, k: K, body: 1017, chunks: [508, 508, 1] },
  { name: "a rest as long as a modulus", payload: 508, k: K, body: 1014, chunks: [507, 507] },
  {
    name: "such a rest behind several",
    payload: 1194,
    k: K,
    body: 2 * 1194 + 506,
    chunks: [1194, 1193, 507],
  },
  { name: "such a body alone", payload: 1194, k: K, body: 506, chunks: [505, 1] },
  { name: "a body a byte shorter than that", payload: 1194, k: K, body: 505, chunks: [505] },
  { name: "a body a byte longer than that", payload: 1194, k: K, body: 507, chunks: [507] },
  { name: "for a key of 2048 bits", payload: 490, k: 256, body: 740, chunks: [489, 251] },
];
for (const { name, payload, k, body: bodyBytes, chunks } of cuts) {
  Deno.test(`directFragments() cuts ${name}`, () => {
    const body = Uint8Array.from({ length: bodyBytes }, (_, index) => index * 7);
    const datagrams = directFragments(42, body, payload, k);
    const fragments = datagrams.map(fragmentOf);
    assertEquals(fragments.map(({ chunk }) => chunk.byteLength), chunks);
    assertEquals(fragments.map((each) => each.sequenceNumber), chunks.map((_, index) => index));
    assertEquals(new Set(fragments.map(({ total }) => total)), new Set([chunks.length]));
    assertEquals(new Set(fragments.map(({ messageId }) => messageId)), new Set([42]));
    assertSameBytes(concat(fragments.map(({ chunk }) => chunk)), body);
  });
}

const limits: { name: string; payload: number; k: number; limit: number }[] = [
  { name: "far from the modulus", payload: 1194, k: 512, limit: 255 * 1194 },
  { name: "as long as the modulus", payload: 506, k: 512, limit: 255 * 505 },
  { name: "one above that", payload: 507, k: 512, limit: 255 * 505 },
  { name: "two above that", payload: 508, k: 512, limit: 255 * 508 },
  { name: "for no key", payload: 506, k: 0, limit: 255 * 506 },
  { name: "of one byte", payload: 1, k: 512, limit: 255 },
];
for (const { name, payload, k, limit } of limits) {
  Deno.test(`maxDirectBodyBytes() of a payload ${name} is what directFragments() takes`, () => {
    assertEquals(maxDirectBodyBytes(payload, k), limit);
    const datagrams = directFragments(1, new Uint8Array(limit), payload, k);
    assertEquals(datagrams.length, MAX_DIRECT_FRAGMENTS);
    const cut = () => directFragments(1, new Uint8Array(limit + 1), payload, k);
    const error = assertThrowsWithCode(cut, "DIRECT_BODY_TOO_LARGE");
    assertInstanceOf(error, DirectBodyTooLargeError);
    assertEquals([error.bodyBytes, error.limitBytes], [limit + 1, limit]);
  });
}

for (const { payload, k } of [{ payload: 0, k: 512 }, { payload: -1, k: 0 }]) {
  Deno.test(`directFragments() refuses a payload of ${payload} bytes`, () => {
    assertThrows(() => directFragments(1, new Uint8Array(9), payload, k), RangeError);
    assertThrows(() => maxDirectBodyBytes(payload, k), RangeError);
  });
}

Deno.test("directFragments() gives each datagram memory of its own", () => {
  const body = new Uint8Array(600);
  const [first, second] = directFragments(1, body, 490, 512);
  body.fill(9);
  assertEquals([first?.byteOffset, first?.buffer.byteLength], [0, DIRECT_HEADER_BYTES + 490]);
  assertEquals(first?.buffer === second?.buffer, false);
  assertEquals([first?.at(-1), second?.at(-1)], [0, 0]);
});

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function fragment(
  messageId: number,
  sequenceNumber: number,
  total: number,
  ...chunk: number[]
): Fragment {
  return { messageId, sequenceNumber, total, chunk: Uint8Array.from(chunk) };
}

function fragmentOf(datagram: Uint8Array): Fragment {
  const decoded = tryDecodeDirectFragment(datagram);
  if (decoded === undefined) throw new TypeError("Not a fragment");
  return decoded;
}

import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { encodeDirectFragment, tryDecodeDirectFragment } from "../../src/wire/direct_frame.ts";
import { DirectHarness } from "../support/direct_harness.ts";
import type { DirectScriptedClient } from "../support/direct_scripted_client.ts";

const K = 512;
const BEGIN = "-----BEGIN PUBLIC KEY-----";
const END = "-----END PUBLIC KEY-----";

/** What a server made of a datagram, in the words of PROTOCOL 2.1. */
type Taken = "key" | "request" | "whole" | "fragment" | "nothing";

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function takenAs(harness: DirectHarness): Taken {
  if (harness.stat("keys.accepted") + harness.stat("keys.refused") > 0) return "key";
  if (harness.stat("keys.sent") > 0) return "request";
  if (harness.stat("messages.in") > 0) return "whole";
  if (harness.stat("fragments.in") > 0) return "fragment";
  return "nothing";
}

function fragment(number: number, total: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = { messageId: 7, sequenceNumber: number - 1, total, chunk: payload };
  return encodeDirectFragment(header);
}

type Making = (client: DirectScriptedClient, harness: DirectHarness) => Uint8Array;

const datagrams: { name: string; make: Making; expected: Taken; decryptions?: number }[] = [
  // Rule 1: both markers.
  { name: "a PEM key", make: ({ key }) => key.pem, expected: "key" },
  {
    name: "a PEM key amid other bytes",
    make: ({ key }, { random }) => concat([random.bytes(30), key.pem, random.bytes(30)]),
    expected: "key",
  },
  {
    name: "a PEM key behind the header of a fragment",
    make: ({ key }) => fragment(1, 2, key.pem),
    expected: "key",
  },
  {
    name: "a PEM key that is exactly as long as the modulus",
    make: ({ key }) => concat([key.pem, new Uint8Array(K - key.pem.byteLength)]),
    expected: "key",
  },
  {
    name: "a PEM key behind a request for the server's",
    make: ({ key }) => concat([bytes("REQ_PUB_KEY\n"), key.pem]),
    expected: "key",
  },
  {
    name: "both markers with nothing between them",
    make: () => bytes(`${BEGIN}${END}`),
    expected: "key",
  },
  // What is no key goes on to rule 4, where `--` is the header of fragment 45 of 45.
  { name: "the first marker alone", make: () => bytes(`${BEGIN}\nAAAA\n`), expected: "fragment" },
  { name: "the last marker alone", make: () => bytes(`${END}\n`), expected: "fragment" },
  {
    name: "the last marker before the first",
    make: () => bytes(`${END}\nAAAA\n${BEGIN}\n`),
    expected: "key",
  },
  {
    name: "markers that share their dashes",
    make: () => bytes("-----BEGIN PUBLIC KEY-----END PUBLIC KEY-----"),
    expected: "key",
  },
  {
    name: "the markers of a private key",
    make: () => bytes("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
    expected: "fragment",
  },
  // Rule 2: the request for the server's key.
  { name: "a request for the key", make: () => bytes("REQ_PUB_KEY\n"), expected: "request" },
  {
    name: "a request that is padded with spaces",
    make: () => bytes("REQ_PUB_KEY\n".padEnd(1_000)),
    expected: "request",
  },
  {
    name: "a request that is padded to the length of the modulus",
    make: () => bytes("REQ_PUB_KEY\n".padEnd(K)),
    expected: "request",
  },
  // What is no request goes on to rule 4, where `PU` is the header of fragment 80 of 85.
  { name: "a request without LF", make: () => bytes("REQ_PUB_KEY"), expected: "fragment" },
  { name: "a request with CRLF", make: () => bytes("REQ_PUB_KEY\r\n"), expected: "fragment" },
  {
    name: "a request with text behind it",
    make: () => bytes("REQ_PUB_KEY\nplease"),
    expected: "fragment",
  },
  {
    name: "a request with a tab behind it",
    make: () => bytes("REQ_PUB_KEY\n \t"),
    expected: "fragment",
  },
  { name: "a request in lower case", make: () => bytes("req_pub_key\n"), expected: "fragment" },
  { name: "a request behind a space", make: () => bytes(" REQ_PUB_KEY\n"), expected: "nothing" },
  // Rule 3: as long as the modulus, and it decrypts.
  {
    name: "a block that looks like no fragment",
    make: (client) => client.plain("hi"),
    expected: "whole",
    decryptions: 1,
  },
  {
    name: "a block that looks like a fragment",
    make: (client) => client.plain("hi", { looksLikeFragment: true }),
    expected: "whole",
    decryptions: 1,
  },
  // Rule 4: a fragment.
  {
    name: "a fragment that is exactly as long as the modulus",
    make: (_, { random }) => fragment(1, 2, random.bytes(K - 6)),
    expected: "fragment",
    decryptions: 1,
  },
  { name: "a fragment", make: () => fragment(1, 2, bytes("abc")), expected: "fragment" },
  {
    name: "the last of 255 fragments",
    make: () => fragment(255, 255, bytes("abc")),
    expected: "fragment",
  },
  {
    name: "a fragment that is a header alone",
    make: () => fragment(2, 2, bytes("")),
    expected: "fragment",
  },
  {
    name: "two blocks that look like a fragment",
    make: (client) => client.plain(new Uint8Array(500), { looksLikeFragment: true }),
    expected: "fragment",
  },
  // Rule 5: a whole message of another length.
  {
    name: "two blocks that look like no fragment",
    make: (client) => client.plain(new Uint8Array(500)),
    expected: "whole",
    decryptions: 2,
  },
  {
    name: "a hybrid body in one datagram",
    make: (client) => client.hybrid("hi"),
    expected: "whole",
    decryptions: 1,
  },
  { name: "no bytes", make: () => bytes(""), expected: "nothing" },
  { name: "5 bytes of a fragment", make: () => Uint8Array.of(0, 0, 0, 7, 1), expected: "nothing" },
  {
    name: "fragment number 0",
    make: () => Uint8Array.of(0, 0, 0, 7, 0, 2, 65),
    expected: "nothing",
  },
  {
    name: "a fragment number above the total",
    make: () => fragment(3, 2, bytes("abc")),
    expected: "nothing",
  },
  {
    name: "a total of 0",
    make: () => Uint8Array.of(0, 0, 0, 7, 1, 0, 65),
    expected: "nothing",
  },
  {
    name: "a datagram as long as the modulus that is nothing",
    make: () => new Uint8Array(K),
    expected: "nothing",
    decryptions: 1,
  },
];

for (const { name, make, expected, decryptions = 0 } of datagrams) {
  Deno.test(`receive() takes as ${expected}: ${name}`, () => {
    const harness = new DirectHarness();
    const client = harness.stranger();
    client.send(make(client, harness));
    assertEquals(takenAs(harness), expected);
    assertEquals(harness.stat("rsa.decryptions"), decryptions);
    assertEquals(harness.drops(), expected === "nothing" ? { undecryptable: 1 } : dropsOf(harness));
    const isAnswered = expected === "whole" || expected === "request";
    assertEquals(client.datagrams().length, isAnswered ? 1 : 0);
  });
}

/** A key that is none is counted as malformed beside; nothing else is dropped when taken. */
function dropsOf(harness: DirectHarness): Record<string, number> {
  const refused = harness.stat("keys.refused");
  return refused === 0 ? {} : { malformed: refused };
}

Deno.test("receive() takes a datagram of 65,507 bytes", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  client.send(new Uint8Array(65_507));
  client.send(new Uint8Array(65_507).fill(0xff));
  assertEquals(tryDecodeDirectFragment(new Uint8Array(65_507).fill(0xff))?.total, 255);
  assertEquals(harness.stat("datagrams.bytes_in"), 2 * 65_507);
  assertEquals([harness.drops().undecryptable, harness.stat("fragments.in")], [1, 1]);
});

Deno.test("receive() takes nothing more when it is shut down", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  harness.core.shutdown();
  client.askForKey();
  client.sendKey();
  client.send(client.plain("hi"));
  assertEquals([client.datagrams(), harness.messages], [[], []]);
  assertEquals(harness.stat("datagrams.in"), 3);
});

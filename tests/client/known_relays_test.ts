import { assertEquals } from "@std/assert";
import { knownRelayLine, parseKnownRelays } from "../../src/client/known_relays.ts";
import { isFingerprint } from "../../src/crypto/identity.ts";
import { fingerprint } from "../support/fingerprints.ts";

const ONE = fingerprint(1);
const TWO = fingerprint(2);

const rows: { name: string; text: string; relays: [string, string, number][] }[] = [
  { name: "nothing in an empty file", text: "", relays: [] },
  { name: "a relay", text: `127.0.0.1:47700 ${ONE}\n`, relays: [["127.0.0.1:47700", ONE, 1]] },
  {
    name: "a line without line feed",
    text: `127.0.0.1:47700 ${ONE}`,
    relays: [["127.0.0.1:47700", ONE, 1]],
  },
  {
    name: "a group",
    text: `group 239.1.2.3:47700 ${ONE} # since 2026-01-01\n`,
    relays: [["group 239.1.2.3:47700", ONE, 1]],
  },
  {
    name: "IPv6, tabs, CRLF and capitals",
    text: `  [::1]:5\t${ONE}\r\nRelay.Example:47700   ${TWO}#comment\r\n`,
    relays: [["[::1]:5", ONE, 1], ["relay.example:47700", TWO, 2]],
  },
  {
    name: "past comments, blank and damaged lines",
    text:
      `# known\n\n  # more\na:1\na:1 SHA256:short\nb:1 ${ONE} extra\n\0\ufffd\nc d:1 ${ONE}\ne:1 ${TWO}\n`,
    relays: [["e:1", TWO, 9]],
  },
  {
    name: "several lines about one relay",
    text: `a:1 ${ONE}\na:1 ${TWO}\n`,
    relays: [["a:1", ONE, 1], ["a:1", TWO, 2]],
  },
];

for (const { name, text, relays } of rows) {
  Deno.test(`parseKnownRelays() reads ${name}`, () => {
    const known = parseKnownRelays(text);
    assertEquals(known.map((relay) => [relay.relay, relay.fingerprint, relay.lineNumber]), relays);
  });
}

Deno.test("knownRelayLine() writes what parseKnownRelays() reads", () => {
  assertEquals(isFingerprint(ONE), true);
  const line = knownRelayLine("group 239.1.2.3:47700", ONE, Date.UTC(2026, 1, 3, 4, 5, 6));
  assertEquals(line, `group 239.1.2.3:47700 ${ONE} # since 2026-02-03\n`);
  assertEquals(parseKnownRelays(line), [
    { relay: "group 239.1.2.3:47700", fingerprint: ONE, lineNumber: 1 },
  ]);
});

import { assert, assertEquals } from "@std/assert";
import {
  type DirectBody,
  DirectBodyOpener,
  MAX_OPENING_BODIES,
  MAX_OPENING_BYTES,
} from "../../../src/client/direct/direct_body_opener.ts";
import { DirectClientState } from "../../../src/client/direct/direct_client_state.ts";

/** An opener for a client whose blocks have 4 bytes. */
function openerOf4(): DirectBodyOpener {
  return new DirectBodyOpener(
    new DirectClientState({
      server: { hostname: "10.0.0.1", port: 1 },
      serverKey: undefined,
      ownKey: { pem: new Uint8Array(), modulusBytes: 4 },
      isSigning: false,
      form: "hybrid",
      timeoutMs: 1,
      maxFragmentBytes: 64,
      maxMessageBytes: 1,
      randomBytes: (count) => new Uint8Array(count),
      random: () => 0,
    }),
  );
}

function bodyOf(bytes: number, digest = `${bytes}`): DirectBody {
  return { bytes: new Uint8Array(bytes), digest, isDatagram: false };
}

Deno.test("DirectBodyOpener.open() takes 64 bodies and refuses one more", () => {
  const opener = openerOf4();
  for (let count = 0; count < MAX_OPENING_BODIES; count++) assert(opener.open(bodyOf(4)));
  assertEquals([opener.open(bodyOf(4)), opener.size], [false, MAX_OPENING_BODIES]);
  opener.finish(1, undefined);
  assert(opener.open(bodyOf(4)));
});

Deno.test("DirectBodyOpener.open() takes 8 MiB and refuses one byte more", () => {
  const opener = openerOf4();
  assert(opener.open(bodyOf(MAX_OPENING_BYTES - 4)));
  assert(opener.open(bodyOf(4)));
  assertEquals(opener.open(bodyOf(1)), false);
});

Deno.test("DirectBodyOpener.open() takes a single body of any length", () => {
  const opener = openerOf4();
  assert(opener.open(bodyOf(MAX_OPENING_BYTES + 1)));
  assertEquals(opener.open(bodyOf(4)), false);
});

Deno.test("DirectBodyOpener puts the blocks of a body together", () => {
  const opener = openerOf4();
  opener.open(bodyOf(8));
  assert(opener.holds("8"));
  assertEquals(opener.blockDecrypted(1, Uint8Array.of(1)).outcome, "nothing_yet");
  const opened = opener.blockDecrypted(1, Uint8Array.of(2));
  assertEquals(opened.outcome === "plain" && opened.plaintext, Uint8Array.of(1, 2));
  assertEquals(opener.finish(1, undefined), []);
  assertEquals([opener.size, opener.holds("8")], [0, false]);
});

for (
  const { name, blocks, outcome } of [
    { name: "the first block of a body", blocks: [undefined], outcome: "foreign" },
    { name: "a later one", blocks: [Uint8Array.of(1), undefined], outcome: "undecryptable" },
  ]
) {
  Deno.test(`DirectBodyOpener tells that it could not decrypt ${name}`, () => {
    const opener = openerOf4();
    opener.open(bodyOf(8));
    const outcomes = blocks.map((block) => opener.blockDecrypted(1, block).outcome);
    assertEquals(outcomes.at(-1), outcome);
  });
}

Deno.test("DirectBodyOpener.finish() gives messages in the order of their bodies", () => {
  const opener = openerOf4();
  for (const digest of ["1", "2", "3", "4"]) opener.open(bodyOf(4, digest));
  const [second, third] = [Uint8Array.of(2), Uint8Array.of(3)];
  assertEquals(opener.finish(3, third), []);
  assertEquals(opener.finish(2, second), []);
  assertEquals(opener.finish(1, undefined), [second, third]);
  assertEquals(opener.size, 1);
  assertEquals(opener.finish(9, third), []);
});

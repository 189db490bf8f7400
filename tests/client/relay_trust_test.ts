import { assertEquals } from "@std/assert";
import { join } from "node:path";
import type { KnownRelays } from "../../src/client/known_relays.ts";
import { KnownRelaysFile } from "../../src/client/known_relays_file.ts";
import { RelayTrust } from "../../src/client/relay_trust.ts";
import { StateFileError } from "../../src/settings/state_file.ts";
import { fingerprint } from "../support/fingerprints.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const RELAY = "127.0.0.1:47700";
const ONE = fingerprint(1);
const TWO = fingerprint(2);

function trust(knownRelays?: KnownRelays, pin?: string): RelayTrust {
  return new RelayTrust({ relay: RELAY, pins: pin === undefined ? [] : [pin], knownRelays });
}

async function knownFile(directory: { path: string }, ...known: string[]) {
  const file = new KnownRelaysFile(join(directory.path, "known_relays"));
  for (const line of known) await file.add(RELAY, line, 0);
  return file;
}

const judgements: {
  name: string;
  known: string[];
  pin?: string;
  got: string | undefined;
  code: string | undefined;
}[] = [
  { name: "trusts a relay that nobody knows", known: [], got: ONE, code: undefined },
  { name: "trusts a relay without identity", known: [], got: undefined, code: undefined },
  { name: "trusts a known relay", known: [ONE], got: ONE, code: undefined },
  { name: "trusts any of several known identities", known: [ONE, TWO], got: ONE, code: undefined },
  { name: "refuses a changed identity", known: [ONE], got: TWO, code: "IDENTITY_CHANGED" },
  { name: "refuses a lost identity", known: [ONE], got: undefined, code: "IDENTITY_MISSING" },
  { name: "trusts the pinned one", known: [], pin: ONE, got: ONE, code: undefined },
  { name: "refuses another than pinned", known: [], pin: ONE, got: TWO, code: "IDENTITY_MISMATCH" },
  { name: "refuses none for a pin", known: [], pin: ONE, got: undefined, code: "IDENTITY_MISSING" },
  { name: "believes a pin against the known", known: [TWO], pin: ONE, got: ONE, code: undefined },
  {
    name: "believes a pin even if the other one is known",
    known: [TWO],
    pin: ONE,
    got: TWO,
    code: "IDENTITY_MISMATCH",
  },
];

for (const { name, known, pin, got, code } of judgements) {
  Deno.test(`RelayTrust.judge() ${name}`, async () => {
    await using directory = await temporaryDirectory();
    const file = await knownFile(directory, ...known);
    assertEquals((await trust(file, pin).judge(got))?.code, code);
  });
}

Deno.test("RelayTrust.judge() trusts any of several pinned ones, and no other", async () => {
  const pinned = new RelayTrust({ relay: RELAY, pins: [ONE, TWO], knownRelays: undefined });
  assertEquals(await pinned.judge(ONE), undefined);
  await pinned.remember(ONE, 0);
  assertEquals(await pinned.judge(TWO), undefined);
  const error = await pinned.judge(fingerprint(3));
  assertEquals([error?.code, error?.dispute.expected], [
    "IDENTITY_MISMATCH",
    `${ONE} or ${TWO}`,
  ]);
  assertEquals((await pinned.judge(undefined))?.code, "IDENTITY_MISSING");
});

Deno.test("RelayTrust.judge() lets a relay change in a run to another known identity alone", async () => {
  await using directory = await temporaryDirectory();
  const group = trust(await knownFile(directory, ONE, TWO));
  await group.remember(ONE, 0);
  assertEquals(await group.judge(TWO), undefined);
  assertEquals((await group.judge(fingerprint(3)))?.code, "IDENTITY_CHANGED");
  assertEquals((await group.judge(undefined))?.code, "IDENTITY_MISSING");
});

Deno.test("RelayTrust.judge() says what was expected, what came, and which line said so", async () => {
  await using directory = await temporaryDirectory();
  const file = await knownFile(directory, ONE);
  const error = await trust(file).judge(TWO);
  assertEquals(error?.dispute, {
    relay: RELAY,
    expected: ONE,
    got: TWO,
    place: { path: file.path, lineNumber: 1 },
  });
});

Deno.test("RelayTrust.remember() tells of a first use, and stores it", async () => {
  await using directory = await temporaryDirectory();
  const file = await knownFile(directory);
  const event = await trust(file).remember(ONE, 0);
  assertEquals(event, {
    type: "trust",
    news: "first_use",
    relay: RELAY,
    fingerprint: ONE,
    unsavedBecause: undefined,
  });
  assertEquals((await file.find(RELAY))[0]?.fingerprint, ONE);
  assertEquals(await trust(file).remember(ONE, 0), undefined);
});

Deno.test("RelayTrust.judge() stores nothing, since anyone can answer", async () => {
  await using directory = await temporaryDirectory();
  const file = await knownFile(directory);
  await trust(file).judge(ONE);
  assertEquals(await file.find(RELAY), []);
});

Deno.test("RelayTrust.remember() stores nothing for a pin", async () => {
  await using directory = await temporaryDirectory();
  const file = await knownFile(directory);
  assertEquals(await trust(file, ONE).remember(ONE, 0), undefined);
  assertEquals(await file.find(RELAY), []);
});

Deno.test("RelayTrust.remember() tells once that a relay proves no identity", async () => {
  const met = trust();
  assertEquals((await met.remember(undefined, 0))?.news, "no_identity");
  assertEquals(await met.remember(undefined, 0), undefined);
});

Deno.test("RelayTrust.judge() holds a relay to the identity it had before in this run", async () => {
  const met = trust();
  assertEquals((await met.remember(ONE, 0))?.news, "first_use");
  assertEquals(await met.judge(ONE), undefined);
  assertEquals((await met.judge(TWO))?.code, "IDENTITY_CHANGED");
  assertEquals((await met.judge(undefined))?.code, "IDENTITY_MISSING");
});

Deno.test("RelayTrust.remember() says why it could not store, and holds on to it", async () => {
  const met = trust({
    path: "known_relays",
    find: () => Promise.resolve([]),
    add: () => Promise.reject(new StateFileError("Cannot write known_relays: disk full")),
  });
  const event = await met.remember(ONE, 0);
  assertEquals(event?.news, "first_use");
  assertEquals(event?.unsavedBecause, "Cannot write known_relays: disk full");
  assertEquals((await met.judge(TWO))?.code, "IDENTITY_CHANGED");
});

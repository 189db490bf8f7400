import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { readClusterKey } from "../../../src/cli/cluster_key.ts";
import { readSecretFile } from "../../../src/cli/secret_file.ts";
import { KnownRelaysFile } from "../../../src/client/known_relays_file.ts";
import { Fernet } from "../../../src/crypto/fernet.ts";
import { verifyServerIdentity } from "../../../src/crypto/identity.ts";
import { isFingerprint } from "../../../src/crypto/fingerprint.ts";
import { HistoryKeyFile } from "../../../src/history/sqlite/history_key_file.ts";
import { silentLogger } from "../../../src/observe/event_logger.ts";
import { loadIdentity } from "../../../src/relay/identity_file.ts";
import { fingerprint } from "../../support/fingerprints.ts";
import { type ByteEdit, byteEdits, editBytes } from "./file_byte_edits.ts";
import { assertAsWritten, FileStage } from "./file_stage.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

/** PKCS #8 of an Ed25519 key, up to its seed (RFC 8410, section 7). */
const PKCS8_HEAD = Uint8Array.fromHex("302e020100300506032b657004220420");

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** A key of 32 bytes in its file, and what happened to the file. */
interface KeyInput {
  readonly secret: Uint8Array;
  readonly edits: readonly ByteEdit[];
}

const keyInputs: fc.Arbitrary<KeyInput> = fc.record({ secret: seed, edits: byteEdits });

/** Identity files: refused and left as they are, or they hold an identity that can vouch for a key. */
export const FILE_IDENTITY: FuzzTarget<KeyInput> = {
  name: "file-identity",
  about: "identity files with changed bytes, read and used",
  inputs: keyInputs,
  check: async ({ secret, edits }) => {
    const written = Uint8Array.from([...PKCS8_HEAD, ...secret]);
    await using stage = await FileStage.with("identity.pk8", editBytes(written, edits));
    const outcome = await stage.read(() => loadIdentity(stage.directory));
    if ("error" in outcome) {
      assert(edits.length > 0);
      return assertEquals(outcome.error.code, "IDENTITY_FILE");
    }
    const { identity, isNew } = outcome.value;
    assertEquals(isNew, false);
    const spkiDer = Uint8Array.of(1, 2, 3);
    const signature = await identity.signServerIdentity(spkiDer, 10n);
    const { publicKey } = identity;
    const claim = { spkiDer, publicKey, signature, notAfter: 10n, nowUnixSeconds: 5 };
    assertEquals(await verifyServerIdentity(claim), { ok: true });
    if (edits.length === 0) assertEquals(await identity.exportPkcs8(), written);
  },
};

/** Files with one secret on a line: refused without a word of it, or it is a secret of that kind. */
export const FILE_SECRETS: FuzzTarget<KeyInput> = {
  name: "file-secrets",
  about: "history keys, cluster keys and tokens in files with changed bytes",
  inputs: keyInputs,
  check: async ({ secret, edits }) => {
    const written = Fernet.generateKeyFrom(secret);
    const bytes = editBytes(new TextEncoder().encode(`${written}\n`), edits);
    await checkHistoryKey(bytes, edits.length === 0);
    await using stage = await FileStage.with("cluster.key", bytes);
    const settings = { clusterKeyFile: undefined, state: stage.directory };
    const cluster = await stage.read(() => readClusterKey(settings, silentLogger));
    const token = await stage.read(() =>
      readSecretFile(stage.path, "control token", () => Promise.reject(new Error("It is 0600")))
    );
    if (edits.length === 0) assertAsWritten(cluster, written);
    if (edits.length === 0) assertAsWritten(token, written);
    for (const outcome of [cluster, token]) {
      if ("error" in outcome) assertTellsNothing(outcome.error.message, written);
      else assertMatch(outcome.value, /^\S(?:\P{Cc}*\S)?$/u);
    }
    if ("value" in cluster) new Fernet(cluster.value);
  },
};

async function checkHistoryKey(bytes: Uint8Array, isUntouched: boolean): Promise<void> {
  await using stage = await FileStage.with("history.key", bytes);
  const outcome = await stage.read(() => new HistoryKeyFile(stage.directory).read());
  if ("error" in outcome) {
    assert(!isUntouched);
    return assertEquals(outcome.error.code, "HISTORY_KEY_MALFORMED");
  }
  const key = outcome.value;
  assert(key !== undefined && key.hashId("one").toHex() !== key.hashId("two").toHex());
  assert(key.fernet.open(key.fernet.encrypt(Uint8Array.of(7))).ok);
}

function assertTellsNothing(message: string, secret: string): void {
  for (let at = 0; at + 8 <= secret.length; at++) {
    assert(!message.includes(secret.slice(at, at + 8)), message);
  }
}

const relayName = fc.oneof(
  fc.constantFrom("relay.example:47700", "group 239.255.77.77:47700", "[::1]:5", "127.0.0.1:47700"),
  fc.integer({ min: 1, max: 0xffff }).map((port) => `10.0.0.1:${port}`),
);
const knownLine = fc.record({ relay: relayName, owner: fc.nat({ max: 3 }) });

/** Lines that nobody touched, and behind them others that somebody did. */
interface KnownInput {
  readonly whole: readonly { relay: string; owner: number }[];
  readonly spoilt: readonly { relay: string; owner: number }[];
  readonly edits: readonly ByteEdit[];
  readonly added: { relay: string; owner: number };
}

/** Files of known relays: whole lines always count, and adding one takes nothing away. */
export const FILE_KNOWN_RELAYS: FuzzTarget<KnownInput> = {
  name: "file-known-relays",
  about: "known relays, some lines with changed bytes, looked up and added to",
  inputs: fc.record({
    whole: fc.array(knownLine, { maxLength: 4 }),
    spoilt: fc.array(knownLine, { maxLength: 4 }),
    edits: byteEdits,
    added: knownLine,
  }),
  budgetInputs: 50,
  check: async ({ whole, spoilt, edits, added }) => {
    const text = (lines: KnownInput["whole"]) =>
      new TextEncoder().encode(
        lines.map(({ relay, owner }) => `${relay} ${fingerprint(owner)} # since 2026\n`).join(""),
      );
    const before = Uint8Array.from([...text(whole), ...editBytes(text(spoilt), edits)]);
    await using stage = await FileStage.with("known_relays", before);
    const file = new KnownRelaysFile(stage.path);
    for (const [index, { relay, owner }] of whole.entries()) {
      const found = await file.find(relay);
      assert(found.every((known) => known.relay === relay && isFingerprint(known.fingerprint)));
      const line = found.find(({ lineNumber }) => lineNumber === index + 1);
      assertEquals(line?.fingerprint, fingerprint(owner));
    }
    await file.add(added.relay, fingerprint(added.owner), 1_234);
    const found = (await file.find(added.relay)).map((known) => known.fingerprint);
    assert(found.includes(fingerprint(added.owner)));
    assertEquals(stage.bytes().subarray(0, before.byteLength), before);
  },
};

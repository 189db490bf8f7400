import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  addAuthToken,
  listAuthTokens,
  readAuthTokens,
  revokeAuthToken,
} from "../../../src/relay/auth_tokens_file.ts";
import { formatAuthTokens } from "../../../src/relay/auth_tokens_json.ts";
import { BansFile, type KeptBans } from "../../../src/relay/bans_file.ts";
import type { AdmissionToken } from "../../../src/session/admission_tokens.ts";
import { BanBook } from "../../../src/session/ban_book.ts";
import { relayCommands } from "../../../src/control/relay_commands.ts";
import { isClientName } from "../../../src/wire/client_name.ts";
import { FakeAdmin } from "../../control/fake_admin.ts";
import { type ByteEdit, byteEdits, editBytes } from "./file_byte_edits.ts";
import { editJson, type JsonEdit, jsonEdits } from "./file_json_edits.ts";
import { assertAsWritten, FileStage } from "./file_stage.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

/** A file of JSON that was written well, and what happened to it since. */
interface EditedJson<T> {
  readonly written: T;
  /** Changes of its values, and then of its text. */
  readonly values: readonly JsonEdit[];
  readonly bytes: readonly ByteEdit[];
}

const DAY_MS = 24 * 3600 * 1000;
const NOW_UNIX_MS = Date.UTC(2026, 10, 22);

/** Any time within a hundred years. */
const unixMs = fc.integer({ min: 0, max: 36_500 }).map((days) => days * DAY_MS + 1_234);

const name = fc.oneof(
  fc.constantFrom("ada", "pump-3", "pump 3", "żółw"),
  fc.string({ minLength: 1, maxLength: 12 }).filter(isClientName),
);

/** What stands in a file of tokens, with digests as numbers that become 32 bytes. */
const tokens = fc.uniqueArray(
  fc.record({ name, digest: fc.nat(), created: unixMs, expires: fc.option(unixMs) }),
  { maxLength: 4, selector: ({ name }) => name },
);

type TokensInput = EditedJson<
  readonly { name: string; digest: number; created: number; expires: number | null }[]
>;

function tokenOf(token: TokensInput["written"][number], index: number): AdmissionToken {
  const digest = new Uint8Array(32).fill(index);
  new DataView(digest.buffer).setUint32(0, token.digest);
  return {
    name: token.name,
    digest,
    createdUnixMs: token.created,
    expiresUnixMs: token.expires ?? undefined,
  };
}

function edited(text: string, { values, bytes }: EditedJson<unknown>): Uint8Array {
  const json = values.length === 0 ? text : JSON.stringify(editJson(JSON.parse(text), values));
  return editBytes(new TextEncoder().encode(json), bytes);
}

function isUntouched({ values, bytes }: EditedJson<unknown>): boolean {
  return values.length === 0 && bytes.length === 0;
}

/** Files of admission tokens: refused as a whole, or all that they hold is sound and can be changed. */
export const FILE_AUTH_TOKENS: FuzzTarget<TokensInput> = {
  name: "file-auth-tokens",
  about: "token files with changed values and bytes, read, added to and revoked from",
  inputs: fc.record({ written: tokens, values: jsonEdits, bytes: byteEdits }),
  budgetInputs: 40,
  check: async (input) => {
    const written = input.written.map(tokenOf);
    const bytes = edited(formatAuthTokens(written), input);
    await using stage = await FileStage.with("auth_tokens.json", bytes);
    const { path } = stage;
    const outcome = await stage.read(() => listAuthTokens(path));
    if (isUntouched(input)) assertAsWritten(outcome, written);
    const added: AdmissionToken = {
      ...tokenOf({ name: "zoe", digest: 7, created: 0, expires: null }, 9),
    };
    const adding = await stage.read(() => addAuthToken(path, added, NOW_UNIX_MS));
    if ("error" in outcome) {
      assert("error" in adding && adding.error.code === outcome.error.code);
      assertEquals(outcome.error.code, "AUTH_TOKENS_MALFORMED");
      assertNoDigest(outcome.error.message, written);
      return;
    }
    assertSoundTokens(outcome.value);
    await readAuthTokens(path);
    if ("error" in adding) return assertEquals(adding.error.code, "AUTH_TOKEN_EXISTS");
    const others = outcome.value.filter(({ name }) => name !== added.name);
    assertEquals(await listAuthTokens(path), [...others, added]);
    await revokeAuthToken(path, added.name);
    assertEquals(await listAuthTokens(path), others);
  },
};

function assertNoDigest(message: string, tokens: readonly AdmissionToken[]): void {
  for (const { digest } of tokens) assert(!message.includes(digest.toHex().slice(0, 16)), message);
}

function assertSoundTokens(tokens: readonly AdmissionToken[]): void {
  assertEquals(new Set(tokens.map(({ name }) => name)).size, tokens.length);
  assertEquals(new Set(tokens.map(({ digest }) => digest.toHex())).size, tokens.length);
  for (const { name, digest, createdUnixMs, expiresUnixMs = 0 } of tokens) {
    assert(isClientName(name) && digest.byteLength === 32);
    assert(Number.isFinite(createdUnixMs) && Number.isFinite(expiresUnixMs));
  }
}

const target = fc.oneof(
  name.map((target) => ({ kind: "name" as const, target })),
  fc.ipV4().map((target) => ({ kind: "ip" as const, target })),
  fc.constantFrom("2001:db8:0:1", "0:0:0:0", "fe80:1:2:3").map((target) => ({
    kind: "ip" as const,
    target,
  })),
);
const bans = fc.record({
  bans: fc.array(
    fc.record({ target, sinceUnixMs: unixMs, untilUnixMs: fc.option(unixMs, { nil: undefined }) })
      .map(({ target, ...times }) => ({ ...target, ...times })),
    { maxLength: 4 },
  ),
  lifted: fc.array(
    fc.record({ target, liftedUnixMs: unixMs }).map(({ target, ...times }) => ({
      ...target,
      ...times,
    })),
    { maxLength: 2 },
  ),
});

/** Files of bans: refused as a whole, or what they hold can be listed, added to and written again. */
export const FILE_BANS: FuzzTarget<EditedJson<KeptBans>> = {
  name: "file-bans",
  about: "files of bans with changed values and bytes, read, listed and written again",
  inputs: fc.record({ written: bans, values: jsonEdits, bytes: byteEdits }),
  budgetInputs: 60,
  check: async (input) => {
    await using stage = await FileStage.with("bans.json", new Uint8Array());
    const file = new BansFile(stage.directory);
    await file.write(input.written.bans, input.written.lifted);
    Deno.writeFileSync(stage.path, edited(new TextDecoder().decode(stage.bytes()), input));
    const outcome = await stage.read(() => file.read());
    if (isUntouched(input)) assertAsWritten(outcome, input.written);
    if ("error" in outcome) return assertEquals(outcome.error.code, "BANS_FILE");
    const { bans, lifted } = outcome.value;
    await assertListed(bans);
    const book = new BanBook([...bans, ...lifted]);
    for (const ban of bans) book.ban({ ...ban, sinceUnixMs: NOW_UNIX_MS });
    for (const { target } of bans) book.lift(target, NOW_UNIX_MS);
    await file.write(book.bans, book.lifted);
    assertEquals(await file.read(), { bans: book.bans, lifted: book.lifted });
  },
};

async function assertListed(bans: KeptBans["bans"]): Promise<void> {
  const admin = new FakeAdmin();
  admin.bans = [...bans];
  const reply = await relayCommands(admin).find(({ name }) => name === "list_bans")?.run([]);
  assertEquals(reply?.lines.length, bans.length);
}

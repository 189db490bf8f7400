import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { formatAuthTokens, parseAuthTokens } from "../../src/relay/auth_tokens_json.ts";
import { type AdmissionToken, MAX_ADMISSION_TOKENS } from "../../src/session/admission_tokens.ts";
import { SeededRandom } from "../support/seeded_random.ts";

const HASH = "0123456789abcdef".repeat(4);
const CREATED = "2026-01-02T03:04:05.678Z";
const ADA = { name: "ada", sha256: HASH, created: CREATED };

function fileOf(...tokens: readonly unknown[]): string {
  return JSON.stringify({ version: 1, tokens });
}

Deno.test("parseAuthTokens() reads name, digest and times", () => {
  const text = fileOf(
    { ...ADA, expires: "2026-02-28T23:59:59Z" },
    { ...ADA, name: "ben", sha256: "AB".repeat(32) },
  );
  assertEquals(parseAuthTokens(text), {
    ok: true,
    tokens: [
      {
        name: "ada",
        digest: Uint8Array.fromHex(HASH),
        createdUnixMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
        expiresUnixMs: Date.UTC(2026, 1, 28, 23, 59, 59),
      },
      {
        name: "ben",
        digest: new Uint8Array(32).fill(0xab),
        createdUnixMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
        expiresUnixMs: undefined,
      },
    ],
  });
  assertEquals(parseAuthTokens(fileOf()), { ok: true, tokens: [] });
});

Deno.test("formatAuthTokens() writes what parseAuthTokens() reads, for people to look at", () => {
  const random = new SeededRandom(1);
  const tokens: AdmissionToken[] = ["ada", 'b"en\\', "ä".repeat(32)].map((name, index) => ({
    name,
    digest: random.bytes(32),
    createdUnixMs: 1_700_000_000_123 + index,
    expiresUnixMs: index === 0 ? undefined : 1_800_000_000_000,
  }));
  const text = formatAuthTokens(tokens);
  assertEquals(parseAuthTokens(text), { ok: true, tokens });
  assert(text.endsWith("}\n") && text.split("\n").length > 10, text);
});

const refused: { name: string; text: string; reason: RegExp }[] = [
  { name: "nothing", text: "", reason: /no JSON object/ },
  { name: "no JSON", text: `${HASH}`, reason: /no JSON object/ },
  { name: "half a file", text: fileOf(ADA).slice(0, -3), reason: /no JSON object/ },
  { name: "a list", text: JSON.stringify([ADA]), reason: /no JSON object/ },
  { name: "null", text: "null", reason: /no JSON object/ },
  { name: "no version", text: '{"tokens":[]}', reason: /version is not 1/ },
  { name: "another version", text: '{"version":2,"tokens":[]}', reason: /version is not 1/ },
  { name: "the version as text", text: '{"version":"1","tokens":[]}', reason: /version is not 1/ },
  { name: "no tokens", text: '{"version":1}', reason: /list of tokens/ },
  { name: "an object of tokens", text: '{"version":1,"tokens":{}}', reason: /list of tokens/ },
  {
    name: "another field beside",
    text: JSON.stringify({ version: 1, tokens: [], [HASH]: 1 }),
    reason: /nothing else/,
  },
  { name: "a token that is no object", text: fileOf(ADA, HASH), reason: /^token 2: / },
  { name: "a token that is null", text: fileOf(null), reason: /^token 1: / },
  { name: "a misspelt field", text: fileOf({ ...ADA, expire: CREATED }), reason: /no fields but/ },
  { name: "no name", text: fileOf({ ...ADA, name: undefined }), reason: /client name/ },
  { name: "an empty name", text: fileOf({ ...ADA, name: "" }), reason: /client name/ },
  { name: "a name of 65 bytes", text: fileOf({ ...ADA, name: "a".repeat(65) }), reason: /name/ },
  { name: "an address as name", text: fileOf({ ...ADA, name: "127.0.0.1:5" }), reason: /name/ },
  { name: "no hash", text: fileOf({ ...ADA, sha256: undefined }), reason: /64 hexadecimal/ },
  { name: "a hash too short", text: fileOf({ ...ADA, sha256: HASH.slice(1) }), reason: /64 hex/ },
  { name: "a hash too long", text: fileOf({ ...ADA, sha256: `${HASH}00` }), reason: /64 hex/ },
  {
    name: "a hash in other letters",
    text: fileOf({ ...ADA, sha256: `${HASH}`.replace("f", "g") }),
    reason: /64 hex/,
  },
  { name: "no time", text: fileOf({ ...ADA, created: undefined }), reason: /created/ },
  { name: "a time as number", text: fileOf({ ...ADA, created: 5 }), reason: /created/ },
  {
    name: "a local time",
    text: fileOf({ ...ADA, created: "2026-01-02T03:04:05" }),
    reason: /created/,
  },
  {
    name: "a day that is none",
    text: fileOf({ ...ADA, created: "2026-02-30T00:00:00Z" }),
    reason: /created/,
  },
  {
    name: "an hour that is none",
    text: fileOf({ ...ADA, created: "2026-02-03T25:00:00Z" }),
    reason: /created/,
  },
  { name: "an end that is null", text: fileOf({ ...ADA, expires: null }), reason: /expires/ },
  { name: "an end that is no time", text: fileOf({ ...ADA, expires: "never" }), reason: /expires/ },
  {
    name: "a name twice",
    text: fileOf({ ...ADA, sha256: "00".repeat(32) }, { ...ADA, name: "ben" }, {
      ...ADA,
      sha256: "11".repeat(32),
    }),
    reason: /^tokens 1 and 3 have the same name$/,
  },
  {
    name: "a hash twice, in other capitals",
    text: fileOf(ADA, { ...ADA, name: "ben", sha256: HASH.toUpperCase() }),
    reason: /^tokens 1 and 2 have the same sha256$/,
  },
];

for (const { name, text, reason } of refused) {
  Deno.test(`parseAuthTokens() refuses ${name}, and quotes nothing`, () => {
    const parsed = parseAuthTokens(text);
    assert(!parsed.ok);
    assert(reason.test(parsed.reason), parsed.reason);
    assert(!parsed.reason.toLowerCase().includes("0123"), parsed.reason);
  });
}

function manyTokens(count: number): string {
  return fileOf(...Array.from({ length: count }, (_, number) => ({
    name: `client-${number}`,
    sha256: number.toString(16).padStart(64, "0"),
    created: CREATED,
  })));
}

Deno.test("parseAuthTokens() takes 10,000 tokens, and refuses one more", () => {
  const most = parseAuthTokens(manyTokens(MAX_ADMISSION_TOKENS));
  assert(most.ok);
  assertEquals(most.tokens.length, MAX_ADMISSION_TOKENS);
  assertEquals(parseAuthTokens(manyTokens(MAX_ADMISSION_TOKENS + 1)), {
    ok: false,
    reason: "want at most 10000 tokens, got 10001",
  });
});

Deno.test("parseAuthTokens() returns, whatever it is given", () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>("ada", HASH, CREATED, 1, null, "__proto__"),
  );
  const field = fc.oneof(
    fc.constantFrom("name", "sha256", "created", "expires", "__proto__"),
    fc.string(),
  );
  const token = fc.oneof(fc.dictionary(field, value), value);
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.array(token, { maxLength: 4 }).map((tokens) => fileOf(...tokens)),
  );
  fc.assert(fc.property(text, (text) => {
    const parsed = parseAuthTokens(text);
    if (parsed.ok) assertEquals(parseAuthTokens(formatAuthTokens(parsed.tokens)), parsed);
  }));
});

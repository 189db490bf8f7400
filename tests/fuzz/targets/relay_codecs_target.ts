import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { HushcastError } from "../../../src/errors.ts";
import { encodeSaid } from "../../../src/cluster/said_message.ts";
import { type ByteEdit, byteEdit, editBytes } from "./file_byte_edits.ts";
import { editJson, type Json, jsonEdits } from "./file_json_edits.ts";
import type { FuzzTarget } from "./fuzz_target.ts";
import { FUZZED_CODECS, type FuzzedCodec } from "./relay_codecs.ts";
import { anyTlv } from "./relay_values.ts";

interface CodecInput {
  /** One of `FUZZED_CODECS`. */
  readonly codec: string;
  readonly bytes: Uint8Array;
  readonly edits: readonly ByteEdit[];
}

const said = fc.record({
  messageId: fc.string({ minLength: 1, maxLength: 20 }),
  senderId: fc.string({ maxLength: 20, unit: "grapheme" }),
  sessionId: fc.constant("0123456789abcdef"),
  clientSequence: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  instance: fc.constantFrom(undefined, "0".repeat(32)),
  unixMs: fc.nat(),
  payload: fc.uint8Array({ maxLength: 20 }),
}).map(encodeSaid);

const CLIENT = { session: "0123456789abcdef", name: "amy", address: "192.0.2.1:5000", since: 1 };

/** What relays say to each other, before it is spoilt. */
const PRESENCE: readonly Json[] = [
  { kind: "beat", name: "r", version: 1, count: 2, bans: "0123456789abcdef", greets: true },
  { kind: "changes", first: 1, changes: [{ type: "joined", client: CLIENT }] },
  { kind: "changes", first: 1, changes: [{ type: "left", session: CLIENT.session, reason: "x" }] },
  { kind: "roster", name: "r", version: 1, part: 0, parts: 2, clients: [CLIENT, {}] },
  { kind: "ask", of: CLIENT.session },
  { kind: "kick", to: CLIENT.session, request: 1, sessionId: CLIENT.session, reason: "x" },
  { kind: "told", to: CLIENT.session, request: 1, clients: 7 },
  { kind: "broadcast", request: 1, text: "hear" },
  {
    kind: "bans",
    digest: CLIENT.session,
    records: [{ kind: "name", target: "amy", since: 1, until: 2 }],
  },
];
const presence = fc.tuple(fc.constantFrom(...PRESENCE), jsonEdits)
  .map(([json, edits]) => new TextEncoder().encode(JSON.stringify(editJson(json, edits))));

const bytes = fc.oneof(
  { weight: 4, arbitrary: anyTlv.map(({ value }) => value) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  { weight: 1, arbitrary: said },
  { weight: 1, arbitrary: presence },
);

/** Every codec, given values of its own and of others, spoilt. */
export const RELAY_CODECS_TARGET: FuzzTarget<CodecInput> = {
  name: "wire-codecs",
  about: "every codec of the wire and of a cluster: what is read is written the same again",
  inputs: fc.record({
    codec: fc.constantFrom(...Object.keys(FUZZED_CODECS)),
    bytes,
    edits: fc.array(byteEdit, { maxLength: 2 }),
  }),
  weight: 0.5,
  budgetInputs: 2_000,
  check({ codec: name, bytes, edits }) {
    const codec = FUZZED_CODECS[name];
    assert(codec !== undefined, `no codec is called ${name}`);
    const spoilt = editBytes(bytes, edits);
    const before = spoilt.slice();
    const written = rewrite(codec, spoilt);
    assertEquals(spoilt, before, "what is read stays as it is");
    if (written === undefined) return;
    const expected = codec.isOpen ? spoilt.subarray(0, written.byteLength) : spoilt;
    if (!codec.isLoose) assertEquals(written, expected, "other bytes for the same value");
    assertEquals(rewrite(codec, written), written, "what was written is read the same");
  },
};

/** @returns `undefined` when the bytes mean nothing. */
function rewrite(codec: FuzzedCodec, bytes: Uint8Array): Uint8Array | undefined {
  try {
    return codec.rewrite(bytes);
  } catch (error) {
    if (error instanceof HushcastError) return undefined;
    throw error;
  }
}

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { joinMessage } from "../../../src/wire/message.ts";
import { decodeTlvs } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../../src/wire/tlv_types.ts";
import { HushcastError } from "../../../src/errors.ts";
import type { HistoryLimits, KeptMessage, NewMessage } from "../../../src/history/history.ts";
import type { SqliteHistory } from "../../../src/history/sqlite/sqlite_history.ts";
import {
  HistoryStage,
  numberedMessage,
  TALK_UNIX_MS,
  WIDE_LIMITS,
} from "../../support/sqlite_history_fixture.ts";
import { doDamage, type HistoryDamage, historyDamage } from "./file_history_damage.ts";
import {
  HISTORY_KINDS,
  type HistoryKind,
  makeHistory,
  toldMessage,
  toldMessages,
} from "./file_history_stage.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

/** How far from its oldest and newest message a history is looked through. */
const REACH = 20n;

/** The first number of the messages that are added once a history is open. */
const FIRST_ADDED = 101;

const CODES = [
  "HISTORY_FILE_FOREIGN",
  "HISTORY_FILE_LATER",
  "HISTORY_FILE_DAMAGED",
  "HISTORY_FILE_OTHER_KEY",
  "HISTORY_FILE_UNUSABLE",
];

/** A history, what happened to its file, and the bounds with which it is opened again. */
interface HistoryInput {
  readonly kind: HistoryKind;
  readonly damages: readonly HistoryDamage[];
  readonly maxMessages: number;
  readonly maxAgeMs: number | undefined;
  readonly added: number;
}

/** Files of histories: refused with a code, or every message in them is the one that was told. */
export const FILE_HISTORY: FuzzTarget<HistoryInput> = {
  name: "file-history",
  about: "histories with changed bytes, pages and rows, opened, read, added to and opened again",
  inputs: fc.record({
    kind: fc.constantFrom(...HISTORY_KINDS),
    damages: fc.array(historyDamage, { maxLength: 3 }),
    maxMessages: fc.constantFrom(1, 3, 100_000),
    maxAgeMs: fc.option(fc.constantFrom(1, 10_000), { nil: undefined }),
    added: fc.nat({ max: 3 }),
  }),
  budgetInputs: 25,
  check: async ({ kind, damages, maxMessages, maxAgeMs, added }) => {
    await using stage = await copyOf(kind);
    for (const damage of damages) doDamage(stage.path, damage);
    const limits = { ...WIDE_LIMITS, maxMessages, maxAgeMs };
    const newest = await openAndUse(stage, { kind, limits, added });
    if (newest === undefined) return assert(damages.length > 0, "A sound file is refused");
    if (damages.length === 0) assertEquals(newest, BigInt(toldMessages(kind) + added));
    await openAndUse(stage, { kind, limits: WIDE_LIMITS, added: 1 });
  },
};

interface Use {
  readonly kind: HistoryKind;
  readonly limits: HistoryLimits;
  readonly added: number;
}

/** @returns The newest number in the end, or `undefined` if the file is refused. */
async function openAndUse(stage: HistoryStage, use: Use): Promise<bigint | undefined> {
  const history = await openOrRefuse(stage, use.limits);
  if (history === undefined) return undefined;
  try {
    assertAuthentic(history, use.kind);
    history.firstSince(TALK_UNIX_MS);
    history.expire(TALK_UNIX_MS + 5);
    for (let at = 0; at < use.added; at++) {
      if (history.hasRoom) history.append(numberedMessage(FIRST_ADDED + at));
    }
  } finally {
    // Writes what waits, here and now.
    await history[Symbol.asyncDispose]();
  }
  assertKept(history);
  return history.newest;
}

async function openOrRefuse(
  stage: HistoryStage,
  limits: HistoryLimits,
): Promise<SqliteHistory | undefined> {
  try {
    return await stage.open({ limits });
  } catch (error) {
    if (!(error instanceof HushcastError)) throw error;
    assert(CODES.includes(error.code), error.code);
    assert(error.message.includes(stage.path) && !/[\p{Cc}\p{Cf}]/u.test(error.message));
    return undefined;
  }
}

function assertAuthentic(history: SqliteHistory, kind: HistoryKind): void {
  const { oldest, newest, messages } = history;
  assert(oldest >= 0n && newest <= BigInt(Number.MAX_SAFE_INTEGER), `${oldest} to ${newest}`);
  assertEquals(BigInt(messages), newest + 1n - oldest);
  const numbers = new Set<bigint>();
  for (let at = -1n; at <= REACH; at++) numbers.add(oldest + at).add(newest - at);
  for (const number of numbers) {
    const message = history.find(number);
    if (message === undefined) continue;
    const isAdded = history.find(number)?.clientSequence.toString().startsWith("10");
    const told = isAdded
      ? numberedMessage(Number(message.clientSequence))
      : toldMessage(kind, Number(number));
    assertEquals(message.sequence, number);
    assertSame(message, told);
  }
}

function assertSame(message: KeptMessage, told: NewMessage): void {
  const { messageId, senderId, sessionId, clientSequence, instance } = told;
  assertEquals(
    [message.messageId, message.senderId, message.sessionId, message.clientSequence],
    [messageId, senderId, sessionId, clientSequence],
  );
  assertEquals(message.instance, instance);
  const payload = joinMessage(DEFAULT_TLV_TYPES.MESSAGE, decodeTlvs(message.plaintext));
  assertEquals(payload, told.payload);
}

/** What was kept has the numbers behind those that were there, in order. */
function assertKept(history: SqliteHistory): void {
  const kept = history.takeNews().flatMap((news) => news.type === "kept" ? [news.message] : []);
  for (const [index, { sequence, clientSequence }] of kept.entries()) {
    assertEquals(sequence, history.newest - BigInt(kept.length - 1 - index));
    assert(clientSequence >= BigInt(FIRST_ADDED));
  }
}

/** Files of each kind as they were made once; each input gets copies of them. */
const templates = new Map<HistoryKind, Promise<Readonly<Record<string, Uint8Array>>>>();

async function copyOf(kind: HistoryKind): Promise<HistoryStage> {
  const template = templates.get(kind) ?? filesOf(kind);
  templates.set(kind, template);
  const stage = await HistoryStage.make();
  for (const [name, bytes] of Object.entries(await template)) {
    Deno.writeFileSync(`${stage.directory}/${name}`, bytes, { mode: 0o600 });
  }
  return stage;
}

async function filesOf(kind: HistoryKind): Promise<Readonly<Record<string, Uint8Array>>> {
  await using stage = await makeHistory(kind);
  return stage.files();
}

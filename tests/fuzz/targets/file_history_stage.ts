import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Fernet } from "../../../src/crypto/fernet.ts";
import { HistoryKey } from "../../../src/history/sqlite/history_key.ts";
import { migrate } from "../../../src/history/sqlite/history_schema.ts";
import { sealMessage } from "../../../src/history/sqlite/sealed_message.ts";
import type { NewMessage } from "../../../src/history/history.ts";
import {
  HistoryStage,
  keep,
  numberedMessage,
  TALK_UNIX_MS,
} from "../../support/sqlite_history_fixture.ts";

/**
 * Histories to begin with: without a message, with a few, with one that takes several pages, with
 * numbers but no message left, and one of the first schema.
 */
export const HISTORY_KINDS = ["empty", "few", "long", "forgotten", "old"] as const;
export type HistoryKind = typeof HISTORY_KINDS[number];

/** The one key of all of them. */
const KEY_TEXT = Fernet.generateKeyFrom(new Uint8Array(32).fill(7));

const FEW = 7;
const LONG_BYTES = 30_000;

/** The message that a history was given as one with a number. */
export function toldMessage(kind: HistoryKind, number: number): NewMessage {
  const isLong = kind === "long" && number === 2;
  return numberedMessage(number, {
    // Of some senders no instance is known, and their messages have no id in the file.
    ...(number === 3 && { instance: undefined }),
    ...(isLong && { payload: new Uint8Array(LONG_BYTES).fill(number) }),
  });
}

/** How many messages a history was given. */
export function toldMessages(kind: HistoryKind): number {
  return kind === "empty" ? 0 : FEW;
}

/** Makes a history of a kind, with its key. It is closed. */
export async function makeHistory(kind: HistoryKind): Promise<HistoryStage> {
  const stage = await HistoryStage.make();
  Deno.writeTextFileSync(join(stage.directory, "history.key"), `${KEY_TEXT}\n`, { mode: 0o600 });
  if (kind === "old") makeFirstSchema(stage);
  else await fill(stage, kind);
  return stage;
}

async function fill(stage: HistoryStage, kind: HistoryKind): Promise<void> {
  const history = await stage.open();
  const numbers = Array.from({ length: toldMessages(kind) }, (_, at) => at + 1);
  await keep(history, ...numbers.map((number) => toldMessage(kind, number)));
  await history[Symbol.asyncDispose]();
  if (kind !== "forgotten") return;
  const limits = { maxMessages: 100, maxBytes: 1_000_000, maxAgeMs: 1 };
  const later = await stage.open({ limits, now: () => TALK_UNIX_MS + 1_000_000 });
  await later[Symbol.asyncDispose]();
}

function makeFirstSchema(stage: HistoryStage): void {
  const key = new HistoryKey(KEY_TEXT);
  const seriesId = new Uint8Array(8).fill(9);
  const database = new DatabaseSync(stage.path);
  database.exec("BEGIN");
  migrate(database, 0, key, 1);
  const meta = database.prepare("INSERT INTO meta (name, value) VALUES (?, ?)");
  meta.run("series", seriesId);
  meta.run("key_check", key.checkOf(seriesId));
  const insert = database.prepare("INSERT INTO message (sequence, bytes, sealed) VALUES (?, ?, ?)");
  for (let number = 1; number <= FEW; number++) {
    const sequence = BigInt(number);
    insert.run(sequence, 26, sealMessage(toldMessage("old", number), sequence, key.fernet));
  }
  database.exec("COMMIT");
  database.close();
}

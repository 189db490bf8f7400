/**
 * Measures a history in a file: what it takes to keep a message, to read one, and to open the file.
 *
 *     deno task bench:history [--seconds N]
 */
import { join } from "node:path";
import type { HistoryLimits, NewMessage } from "../src/history/history.ts";
import { SqliteHistory } from "../src/history/sqlite/sqlite_history.ts";
import { DEFAULT_TLV_TYPES } from "../src/wire/tlv_types.ts";
import { median } from "./bench/statistics.ts";
import { beginBench, row } from "./bench_report.ts";

const MESSAGE_BYTES = 200;
const INSTANCE = "0123456789abcdef".repeat(2);
const WIDE: HistoryLimits = {
  maxMessages: 10_000_000,
  maxBytes: 1e12,
  maxAgeMs: undefined,
};
const OPENED_MESSAGES = 100_000;

let lastNumber = 0;

function nextMessage(payload: Uint8Array): NewMessage {
  const clientSequence = BigInt(++lastNumber);
  return {
    messageId: `${INSTANCE}:0123456789abcdef:${clientSequence}`,
    senderId: "alice",
    sessionId: "0123456789abcdef",
    clientSequence,
    instance: INSTANCE,
    unixMs: Date.now(),
    payload,
  };
}

async function open(directory: string, limits: HistoryLimits): Promise<SqliteHistory> {
  const path = join(directory, "history.db");
  return await SqliteHistory.open({
    path,
    keyDirectory: directory,
    types: DEFAULT_TLV_TYPES,
    limits,
  });
}

/** Keeps so many messages in one turn. @returns How long it took, milliseconds. */
async function keep(history: SqliteHistory, count: number): Promise<number> {
  const payload = crypto.getRandomValues(new Uint8Array(MESSAGE_BYTES));
  const startMs = performance.now();
  while (history.waiting < count) history.append(nextMessage(payload));
  while (history.waiting > 0) {
    await new Promise<void>((resolve) => history.listen(() => resolve()));
    history.takeNews();
  }
  return performance.now() - startMs;
}

async function benchKeep(directory: string, limits: HistoryLimits, label: string): Promise<void> {
  await using history = await open(directory, limits);
  for (const count of [1, 10, 100]) {
    const turns: number[] = [];
    const endMs = performance.now() + seconds * 1000;
    while (performance.now() < endMs) turns.push(await keep(history, count));
    const micros = (1000 * median(turns) / count).toFixed(1);
    row(label, count, micros, Math.max(...turns).toFixed(1));
  }
}

function benchFind(history: SqliteHistory): void {
  const measure = (from: bigint, to: bigint) => {
    const startMs = performance.now();
    for (let sequence = from; sequence < to; sequence++) history.find(sequence);
    return ((performance.now() - startMs) * 1000 / Number(to - from)).toFixed(1);
  };
  const fromDisk = measure(history.oldest, history.oldest + 10_000n);
  const fromMemory = measure(history.newest - 500n, history.newest);
  console.log(`\nTo read a message: ${fromDisk} us from disk, ${fromMemory} us from memory`);
}

const seconds = beginBench();
const directory = await Deno.makeTempDir({ prefix: "hushcast-bench-" });
try {
  console.log(`\nMessages of ${MESSAGE_BYTES} bytes, kept in ${directory}`);
  row("bounds", "in a turn", "us each", "longest ms");
  await benchKeep(directory, WIDE, "not met");
  await benchKeep(directory, { ...WIDE, maxMessages: lastNumber }, "met");
  {
    await using history = await open(directory, WIDE);
    while (history.messages < OPENED_MESSAGES) await keep(history, 1_000);
    benchFind(history);
  }
  const startMs = performance.now();
  await using history = await open(directory, WIDE);
  const openMs = (performance.now() - startMs).toFixed(0);
  console.log(`To open a file with ${history.messages} messages: ${openMs} ms`);
} finally {
  await Deno.remove(directory, { recursive: true });
}

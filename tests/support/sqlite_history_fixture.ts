import { join } from "node:path";
import type { HistoryLimits, HistoryNews, NewMessage } from "../../src/history/history.ts";
import {
  SqliteHistory,
  type SqliteHistoryOptions,
} from "../../src/history/sqlite/sqlite_history.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { temporaryDirectory } from "./temporary_directory.ts";

/** Bounds that no test comes near without meaning to. */
export const WIDE_LIMITS: HistoryLimits = {
  maxMessages: 100_000,
  maxBytes: 1_000_000_000,
  maxAgeMs: undefined,
};

/** When the messages of tests come, Unix milliseconds. */
export const TALK_UNIX_MS = 1_700_000_000_000;

const INSTANCE = "0123456789abcdef".repeat(2);
const SESSION_ID = "00ff".repeat(4);

/** A message that says a number. */
export function numberedMessage(number: number, fields: Partial<NewMessage> = {}): NewMessage {
  return {
    messageId: `${INSTANCE}:${SESSION_ID}:${number}`,
    senderId: "alice",
    sessionId: SESSION_ID,
    clientSequence: BigInt(number),
    instance: INSTANCE,
    unixMs: TALK_UNIX_MS + number,
    payload: new TextEncoder().encode(`${number}`),
    ...fields,
  };
}

/** Waits for the next news of a history. */
export function nextNews(history: SqliteHistory): Promise<HistoryNews[]> {
  return new Promise((resolve) => {
    history.listen(() => {
      history.listen(() => {});
      resolve(history.takeNews());
    });
  });
}

/** Has a history keep messages. @returns The news of them. */
export async function keep(
  history: SqliteHistory,
  ...messages: readonly NewMessage[]
): Promise<HistoryNews[]> {
  const news: HistoryNews[] = [];
  for (const message of messages) history.append(message);
  while (history.waiting > 0) news.push(...await nextNews(history));
  return news;
}

/** Has a history keep the messages of some numbers. */
export function keepNumbers(
  history: SqliteHistory,
  first: number,
  last: number,
): Promise<HistoryNews[]> {
  const numbers = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  return keep(history, ...numbers.map((number) => numberedMessage(number)));
}

/** News in short: `kept 1`, `duplicate 1`. */
export function describeNews(news: readonly HistoryNews[]): string[] {
  return news.map((it) => {
    if (it.type === "kept") return `kept ${it.message.sequence}`;
    if (it.type === "duplicate") return `duplicate ${it.sequence}`;
    return it.type === "trouble" ? `trouble ${it.trouble}` : it.type;
  });
}

/** A directory with the file of a history and its key. */
export class HistoryStage implements AsyncDisposable {
  /** The file. */
  readonly path: string;

  private constructor(
    readonly directory: string,
    private readonly dispose: () => PromiseLike<void>,
  ) {
    this.path = join(directory, "history.db");
  }

  /** Makes an empty one. */
  static async make(): Promise<HistoryStage> {
    const directory = await temporaryDirectory();
    return new HistoryStage(directory.path, () => directory[Symbol.asyncDispose]());
  }

  /** What a history is opened by there, long after its messages came only if a test says so. */
  options(options: Partial<SqliteHistoryOptions> = {}): SqliteHistoryOptions {
    return {
      path: this.path,
      keyDirectory: this.directory,
      types: DEFAULT_TLV_TYPES,
      limits: WIDE_LIMITS,
      now: () => TALK_UNIX_MS,
      ...options,
    };
  }

  /** Opens the history. */
  open(options: Partial<SqliteHistoryOptions> = {}): Promise<SqliteHistory> {
    return SqliteHistory.open(this.options(options));
  }

  /** What the files hold, by name. */
  files(): Record<string, Uint8Array> {
    const names = [...Deno.readDirSync(this.directory)]
      .filter(({ isFile }) => isFile).map(({ name }) => name).sort();
    return Object.fromEntries(
      names.map((name) => [name, Deno.readFileSync(join(this.directory, name))]),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}

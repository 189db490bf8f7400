import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { HistoryLimits } from "../../../src/history/history.ts";
import { MemoryHistory } from "../../../src/history/memory_history.ts";
import type { SqliteHistory } from "../../../src/history/sqlite/sqlite_history.ts";
import { DEFAULT_TLV_TYPES } from "../../../src/wire/tlv_types.ts";
import {
  describeNews,
  HistoryStage,
  keep,
  numberedMessage,
  TALK_UNIX_MS,
} from "../../support/sqlite_history_fixture.ts";

/** Printed by fast-check when a property fails; another one can be tried from outside. */
const SEED = Number(Deno.env.get("HUSHCAST_TEST_SEED") ?? 20_261_122);

interface MessagePlan {
  readonly id: number;
  /** After the message before it. */
  readonly afterMs: number;
  readonly payloadBytes: number;
  readonly hasInstance: boolean;
}

type Step = readonly MessagePlan[] | "expire" | "reopen";

/** Few ids, so that many come again. */
const message: fc.Arbitrary<MessagePlan> = fc.record({
  id: fc.nat(30),
  afterMs: fc.integer({ min: -300, max: 1_000 }),
  payloadBytes: fc.nat(300),
  hasInstance: fc.boolean(),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.array(message, { minLength: 1, maxLength: 12 }) },
  { weight: 2, arbitrary: fc.constant("expire" as const) },
  { weight: 1, arbitrary: fc.constant("reopen" as const) },
);

const limits = fc.record({
  maxMessages: fc.integer({ min: 1, max: 40 }),
  maxBytes: fc.integer({ min: 200, max: 8_000 }),
  maxAgeMs: fc.option(fc.integer({ min: 100, max: 10_000 }), { nil: undefined }),
});

/** A history in a file, and one in memory that should be as it is. */
class Twins {
  readonly #model: MemoryHistory;
  #nowMs = TALK_UNIX_MS;

  constructor(
    readonly stage: HistoryStage,
    readonly limits: HistoryLimits,
    public history: SqliteHistory,
  ) {
    this.#model = new MemoryHistory({
      types: DEFAULT_TLV_TYPES,
      limits,
      seriesId: history.seriesId,
    });
  }

  async take(step: Step): Promise<void> {
    if (step === "expire") this.history.expire(this.#nowMs);
    else if (step === "reopen") await this.#reopen();
    else return await this.#append(step);
    this.#model.expire(this.#nowMs);
  }

  assertAlike(): void {
    const [model, history] = [this.#model, this.history];
    const figures = ({ newest, oldest, messages, bytes }: typeof model | typeof history) => ({
      newest,
      oldest,
      messages,
      bytes,
    });
    assertEquals(figures(history), figures(model));
    for (let sequence = 0n; sequence <= model.newest + 1n; sequence++) {
      assertEquals(history.find(sequence), model.find(sequence));
    }
    for (let at = -1_000; at < 1_000; at += 250) {
      const unixMs = this.#nowMs + at;
      assertEquals(history.firstSince(unixMs), model.firstSince(unixMs));
    }
    for (let id = 0; id <= 30; id++) {
      const { messageId } = numberedMessage(id);
      assertEquals(history.sequenceOf(messageId), model.sequenceOf(messageId));
    }
  }

  async #append(plans: readonly MessagePlan[]): Promise<void> {
    const messages = plans.map((plan) => this.#messageOf(plan));
    const held = new Set(
      messages.filter(({ messageId }) => this.#model.sequenceOf(messageId) !== undefined)
        .map(({ messageId }) => messageId),
    );
    const news = await keep(this.history, ...messages);
    assertEquals(news.length, messages.length);
    for (const [at, message] of messages.entries()) {
      // In memory the relay asks before; in a file an id is held from the transaction on.
      const isDuplicate = message.instance !== undefined && held.has(message.messageId);
      assertEquals(news[at]?.type, isDuplicate ? "duplicate" : "kept", describeNews(news).join());
      if (isDuplicate) continue;
      this.#model.append(message);
      if (message.instance !== undefined) held.add(message.messageId);
    }
  }

  #messageOf({ id, afterMs, payloadBytes, hasInstance }: MessagePlan) {
    this.#nowMs += afterMs;
    const fields = hasInstance ? {} : { instance: undefined };
    const payload = new Uint8Array(payloadBytes).fill(id);
    return numberedMessage(id, { ...fields, unixMs: this.#nowMs, payload });
  }

  async #reopen(): Promise<void> {
    await this.history[Symbol.asyncDispose]();
    this.history = await this.stage.open({ limits: this.limits, now: () => this.#nowMs });
  }
}

Deno.test("SqliteHistory holds what a MemoryHistory would, over any number of starts", async () => {
  await fc.assert(
    fc.asyncProperty(limits, fc.array(step, { maxLength: 12 }), async (limits, steps) => {
      await using stage = await HistoryStage.make();
      const twins = new Twins(stage, limits, await stage.open({ limits }));
      try {
        for (const step of steps) {
          await twins.take(step);
          twins.assertAlike();
        }
      } finally {
        await twins.history[Symbol.asyncDispose]();
      }
    }),
    { numRuns: 60, seed: SEED },
  );
});

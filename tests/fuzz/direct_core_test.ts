import { assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { MAX_WAITING_ANSWERS } from "../../src/direct/answers.ts";
import { CLIENT_WORK_LIMITS, STRANGER_WORK_LIMITS } from "../../src/direct/work_queue.ts";
import { LONG_ANSWER_LIMITS } from "../../src/session/long_answers.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import {
  type DirectHappening,
  DirectStage,
  STAGE_CLIENTS,
  STAGE_DECRYPTIONS,
  STAGE_MODULUS_BYTES as K,
} from "../support/direct_stage.ts";

const SEED = Number(Deno.env.get("HUSHCAST_TEST_SEED") ?? 1985);
const HOUR_MS = 3_600_000;
/** The longest single answer: four blocks of a key of 2,048 bits. */
const LONGEST_ANSWER_BYTES = 4 * K;
/** What each of the short parts counts while its transfer is unfinished. */
const PART_CHARGE_BYTES = 256;

const index = fc.nat({ max: 1_000 });
const tlvs = fc.array(
  fc.record({
    type: fc.oneof(
      fc.constantFrom(...Object.values(DEFAULT_TLV_TYPES)),
      fc.integer({ min: 0, max: 0xffff }),
    ),
    value: fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
    ),
  }),
  { maxLength: 5 },
);

const traffic: fc.Arbitrary<DirectHappening>[] = [
  fc.record({ type: fc.constant("bytes"), from: index, bytes: fc.uint8Array({ maxLength: 600 }) }),
  fc.record({
    type: fc.constant("bytes"),
    from: index,
    bytes: fc.uint8Array({ minLength: K, maxLength: K }),
  }),
  fc.record({
    type: fc.constant("fragment"),
    from: index,
    messageId: fc.nat({ max: 2 }),
    number: fc.nat({ max: 3 }),
    total: fc.integer({ min: 1, max: 4 }),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ minLength: K - 6, maxLength: K - 6 }),
    ),
  }),
  fc.record({ type: fc.constant("token"), from: index, tlvs }),
  fc.record({
    type: fc.constant("mutated"),
    from: index,
    which: index,
    at: fc.nat({ max: 20_000 }),
    mutation: fc.constantFrom("none", "none", "flip", "cut", "repeat"),
  }),
  fc.record({ type: fc.constant("rsa"), which: index }),
];
const events: fc.Arbitrary<DirectHappening>[] = [
  fc.record({ type: fc.constant("time"), ms: fc.nat({ max: 20_000 }) }),
  fc.record({ type: fc.constant("wallClock"), ms: fc.integer({ min: -HOUR_MS, max: HOUR_MS }) }),
  fc.record({ type: fc.constant("reader"), hasRoom: fc.boolean() }),
  fc.record({ type: fc.constant("sendTo"), to: index, bytes: fc.nat({ max: 5_000 }) }),
  fc.record({ type: fc.constant("kick"), from: index }),
];

// Without a size most arrays have a few items only, and few states are reached.
const histories = fc.array(fc.oneof(...traffic, ...events), { maxLength: 80, size: "max" });
const trafficOnly = fc.array(fc.oneof(...traffic), { maxLength: 80, size: "max" });

function assertBounded({ harness }: DirectStage): void {
  const stat = (path: string) => harness.stat(path);
  assertLessOrEqual(stat("rsa.running"), STAGE_DECRYPTIONS);
  assertLessOrEqual(stat("clients"), STAGE_CLIENTS);
  assertLessOrEqual(
    stat("rsa.waiting"),
    CLIENT_WORK_LIMITS.totalItems + STRANGER_WORK_LIMITS.totalItems,
  );
  assertLessOrEqual(stat("answers.waiting"), MAX_WAITING_ANSWERS);
  assertEquals(stat("drops.internal_error"), 0);
}

Deno.test("DirectCore serves whoever comes next, whatever came before", () => {
  fc.assert(
    fc.property(histories, (history) => {
      const stage = new DirectStage(2);
      const { harness } = stage;
      for (const it of history) {
        stage.happen(it);
        assertBounded(stage);
      }
      stage.finish();
      assertEquals([harness.stat("rsa.waiting"), harness.stat("rsa.waiting_bytes")], [0, 0]);
      assertEquals([harness.stat("rsa.running"), harness.stat("answers.waiting")], [0, 0]);
      harness.messages = [];
      const newcomer = harness.client();
      newcomer.send(newcomer.plain("plain"), newcomer.hybrid("hybrid", { sequence: 1n }));
      assertEquals(harness.texts(), ["plain", "hybrid"]);
      assertEquals(newcomer.heard(), ["{ACK}", "{ACK}"]);
    }),
    { seed: SEED, numRuns: 150 },
  );
});

Deno.test("DirectCore frees all that it kept when nothing comes any more", () => {
  fc.assert(
    fc.property(histories, (history) => {
      const stage = new DirectStage(2);
      const { harness } = stage;
      for (const it of history) stage.happen(it);
      stage.finish();
      harness.run(2 * HOUR_MS);
      assertEquals([harness.stat("clients"), harness.core.nextDeadline()], [0, undefined]);
      assertEquals(harness.stat("fragments.unfinished_bytes"), 0);
      assertEquals(harness.stat("transfers.unfinished_bytes"), 0);
    }),
    { seed: SEED, numRuns: 100 },
  );
});

Deno.test("DirectCore says what became of every body", () => {
  fc.assert(
    fc.property(trafficOnly, (history) => {
      const stage = new DirectStage(0);
      const { harness } = stage;
      for (const it of history) stage.happen(it);
      stage.finish();
      const whole = harness.stat("datagrams.in") - harness.stat("fragments.in");
      const bodies = whole + harness.stat("fragments.reassembled");
      const { fragment_mismatch: _, ...drops } = harness.drops();
      const dropped = Object.values(drops).reduce((sum, count) => sum + count, 0);
      const parts = harness.stat("transfers.unfinished_bytes") / PART_CHARGE_BYTES;
      const partsOfWhole = 2 * harness.stat("transfers.completed");
      const messages = harness.stat("messages.in") - harness.stat("transfers.completed");
      assertEquals(messages + dropped + parts + partsOfWhole, bodies);
    }),
    { seed: SEED, numRuns: 150 },
  );
});

Deno.test("DirectCore answers by 3 times what an address sent, but for the bucket", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(...traffic, ...events.slice(0, 3)), { maxLength: 80, size: "max" }),
      (history) => {
        const stage = new DirectStage(2);
        const { harness } = stage;
        const startMs = harness.clock.now.monotonicMs;
        for (const it of history) stage.happen(it);
        harness.doJobs();
        const seconds = (harness.clock.now.monotonicMs - startMs) / 1_000;
        const { burst, perSecond } = LONG_ANSWER_LIMITS.perSource;
        const bucketBytes = (burst + seconds * perSecond) * LONGEST_ANSWER_BYTES;
        for (const person of stage.people) {
          const bytes = person.datagrams().reduce((sum, { byteLength }) => sum + byteLength, 0);
          assertLessOrEqual(bytes, 3 * stage.sentBytes(person) + bucketBytes);
        }
      },
    ),
    { seed: SEED, numRuns: 100 },
  );
});

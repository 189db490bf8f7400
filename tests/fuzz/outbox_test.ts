import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { FRAGMENT_RATE } from "../../src/session/fragment_rate.ts";
import { MAX_QUEUED_BYTES, MAX_QUEUED_MESSAGES } from "../../src/session/outbox.ts";
import { MAX_RELEASED_DATAGRAMS } from "../../src/session/outbox_scheduler.ts";
import { decodeFragment } from "../../src/wire/fragment.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { decodeTlvs } from "../../src/wire/tlv.ts";
import { OutboxFixture, OutboxReader } from "../support/outbox_fixture.ts";
import { SchedulerFixture } from "../support/scheduler_fixture.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { assertSameBytes, assertSameMessages } from "../support/same_bytes.ts";

const seed = fc.nat(0xffffffff);
const budgetBytes = fc.oneof(
  fc.constantFrom(576, 1_200, 65_507),
  fc.integer({ min: 576, max: 3_000 }),
);
/** About what fits one datagram, and far more. */
const messageBytes = fc.oneof(
  fc.nat(600),
  fc.integer({ min: 340, max: 380 }),
  fc.integer({ min: 800, max: 900 }),
  fc.nat(20_000),
);

type Step = { readonly push: number } | { readonly waitMs: number } | { readonly release: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ push: messageBytes }),
  fc.record({ waitMs: fc.double({ min: 0, max: 5, noNaN: true }) }),
  fc.record({ release: fc.nat(20) }),
);
const steps = fc.array(step, { maxLength: 60, size: "max" });

Deno.test("Outbox gives what opens to the pushed messages, in order, within the budget", () => {
  const property = fc.property(seed, budgetBytes, steps, (seed, budgetBytes, steps) => {
    const fixture = new OutboxFixture({ seed, budgetBytes });
    const { pushed, sent } = run(fixture, steps, new SeededRandom(seed));
    sent.push(...fixture.drain());
    assert(sent.every(({ byteLength }) => byteLength <= budgetBytes));
    assertSameMessages(new OutboxReader(fixture.fernet).readAll(sent), pushed);
    assertEquals([fixture.outbox.queuedMessages, fixture.outbox.queuedDatagrams], [0, 0]);
  });
  fc.assert(property, { numRuns: 40 });
});

Deno.test("Outbox.queuedDatagrams foretells how many datagrams leave", () => {
  const property = fc.property(seed, budgetBytes, steps, (seed, budgetBytes, steps) => {
    const fixture = new OutboxFixture({ seed, budgetBytes });
    run(fixture, steps, new SeededRandom(seed));
    const expected = fixture.outbox.queuedDatagrams;
    assertEquals(fixture.drain().length, expected);
  });
  fc.assert(property, { numRuns: 30 });
});

Deno.test("Outbox repairs with identical fragments until all messages are there", () => {
  const messages = fc.array(messageBytes, { minLength: 1, maxLength: 8, size: "max" });
  const loss = fc.double({ min: 0, max: 0.6, noNaN: true });
  const property = fc.property(seed, messages, loss, (seed, messages, loss) => {
    const random = new SeededRandom(seed);
    const fixture = new OutboxFixture({ seed });
    const plaintexts = messages.map((bytes) => random.bytes(bytes));
    const fragments = new Map<string, Uint8Array>();
    const reader = new OutboxReader(fixture.fernet);
    const read = new Set<string>();
    const receive = (datagram: Uint8Array, isLost: boolean) => {
      assertSameFragment(datagram, fragments);
      // The last fragment always comes: a receiver that has seen nothing of a message can't ask.
      if (isLost && isFragment(datagram) && !isLast(datagram)) return;
      const plaintext = reader.read(datagram, fixture.clock.now.monotonicMs);
      if (plaintext !== undefined) read.add(plaintext.toHex());
    };
    for (const plaintext of plaintexts) {
      const datagram = fixture.outbox.push(plaintext, fixture.clock.now);
      if (datagram instanceof Uint8Array) receive(datagram, false);
    }
    for (const datagram of fixture.drain()) receive(datagram, random.chance(loss));
    for (let round = 0; round < 5; round++) {
      const { monotonicMs } = fixture.clock.advance(200);
      for (const nack of reader.pool.takeStalled(monotonicMs)) {
        fixture.outbox.repair(nack, fixture.clock.now);
      }
      for (const datagram of fixture.drain()) receive(datagram, false);
    }
    const missing = plaintexts.filter((plaintext) => !read.has(plaintext.toHex()));
    assertEquals(missing.map(({ byteLength }) => byteLength), []);
    assertEquals(reader.pool.chargedBytes, 0);
  });
  fc.assert(property, { numRuns: 30 });
});

Deno.test("Outbox never releases more than burst and rate in any interval", () => {
  const waits = fc.array(fc.double({ min: 0, max: 15, noNaN: true }), {
    maxLength: 60,
    size: "max",
  });
  const property = fc.property(waits, fc.boolean(), (waits, isAgain) => {
    const fixture = new OutboxFixture();
    if (isAgain) {
      for (let count = 0; count < 900; count++) fixture.outbox.pushAgain(Uint8Array.of(count));
    } else fixture.outbox.push(new Uint8Array(400_000), fixture.clock.now);
    const times = waits.flatMap((waitMs) => {
      const { monotonicMs } = fixture.clock.advance(waitMs);
      return fixture.releaseNow().map(() => monotonicMs);
    });
    times.forEach((fromMs, from) => {
      for (let to = from; to < times.length; to++) {
        const elapsedMs = (times[to] ?? fromMs) - fromMs;
        const allowed = FRAGMENT_RATE.burst + elapsedMs * FRAGMENT_RATE.perSecond / 1000;
        assert(to - from + 1 <= allowed + 1e-6, `${to - from + 1} in ${elapsedMs} ms`);
      }
    });
  });
  fc.assert(property, { numRuns: 10 });
});

Deno.test("Outbox keeps the bounds of its queue, whatever is pushed", () => {
  const huge = fc.constantFrom(0, 1, 1_000, 1_000_000, 5_000_000, MAX_QUEUED_BYTES);
  const sizes = fc.array(fc.tuple(huge, fc.integer({ min: 1, max: 400 })), {
    size: "max",
    maxLength: 12,
  });
  const property = fc.property(sizes, (sizes) => {
    const { outbox, clock } = new OutboxFixture({ budgetBytes: 1_200 });
    const queued: number[] = [];
    for (const [bytes, times] of sizes) {
      const plaintext = new Uint8Array(bytes);
      for (let count = 0; count < times; count++) {
        if (outbox.push(plaintext, clock.now) === "queued") queued.push(bytes);
      }
    }
    assertEquals(outbox.queuedMessages, queued.length);
    assert(queued.length <= MAX_QUEUED_MESSAGES);
    const queuedBytes = queued.reduce((sum, bytes) => sum + bytes, 0);
    assert(queuedBytes <= MAX_QUEUED_BYTES || queued.length === 1);
  });
  fc.assert(property, { numRuns: 50 });
});

Deno.test("OutboxScheduler counts what waits, and comes back to 0", () => {
  const push = fc.record({ push: messageBytes, isAgain: fc.boolean(), peer: fc.nat(3) });
  const other = fc.record({ other: fc.constantFrom("release", "wait", "remove"), peer: fc.nat(3) });
  const steps = fc.array(fc.oneof(push, push, other), { maxLength: 60, size: "max" });
  const property = fc.property(steps, (steps) => {
    const fixture = new SchedulerFixture(4);
    const { scheduler, clock } = fixture;
    const removed = new Set<number>();
    for (const step of steps) {
      if (removed.has(step.peer)) continue;
      if ("push" in step) {
        const plaintext = new Uint8Array(step.push);
        if (!step.isAgain) fixture.push(step.peer, plaintext);
        else scheduler.pushAgain(fixture.peer(step.peer), plaintext, clock.now);
      } else if (step.other === "wait") clock.advance(1);
      else if (step.other === "release") {
        assert(scheduler.release(clock.now).length <= MAX_RELEASED_DATAGRAMS);
      } else {
        scheduler.remove(fixture.peer(step.peer));
        removed.add(step.peer);
      }
      const outboxes = fixture.peers.filter((_, number) => !removed.has(number))
        .map(({ outbox }) => outbox);
      assertEquals(scheduler.queuedMessages, sum(outboxes.map((each) => each.queuedMessages)));
      assertEquals(scheduler.leavingBytes, sum(outboxes.map((each) => each.leavingBytes)));
    }
    const served = new Set(fixture.drain().map(({ peer }) => fixture.peers.indexOf(peer)));
    assertEquals([...removed].filter((number) => served.has(number)), []);
    assertEquals([scheduler.queuedMessages, scheduler.leavingBytes], [0, 0]);
  });
  fc.assert(property, { numRuns: 50 });
});

Deno.test("OutboxScheduler serves no peer twice while another that may send is not served", () => {
  const property = fc.property(fc.integer({ min: 2, max: 90 }), fc.nat(12), (count, turns) => {
    const fixture = new SchedulerFixture(count);
    fixture.pushToAll(new Uint8Array(2_800));
    const served = new Array<number>(count).fill(0);
    for (let turn = 0; turn < turns; turn++) {
      for (const number of fixture.releaseNumbers()) served[number] = (served[number] ?? 0) + 1;
      if (fixture.peers.some(({ outbox }) => outbox.isEmpty)) return;
      assert(Math.max(...served) - Math.min(...served) <= 1, served.join(" "));
    }
  });
  fc.assert(property, { numRuns: 30 });
});

function run(fixture: OutboxFixture, steps: readonly Step[], random: SeededRandom) {
  const pushed: Uint8Array[] = [];
  const sent: Uint8Array[] = [];
  for (const step of steps) {
    if ("waitMs" in step) fixture.clock.advance(step.waitMs);
    else if ("push" in step) {
      const plaintext = random.bytes(step.push);
      const result = fixture.outbox.push(plaintext, fixture.clock.now);
      if (result === "full") continue;
      pushed.push(plaintext);
      if (result !== "queued") sent.push(result);
    } else {
      for (let count = 0; count < step.release; count++) {
        sent.push(
          ...[fixture.outbox.release(fixture.clock.now)].filter((each) => each !== undefined),
        );
      }
    }
  }
  return { pushed, sent };
}

function assertSameFragment(datagram: Uint8Array, seen: Map<string, Uint8Array>): void {
  if (!isFragment(datagram)) return;
  const { messageId, sequenceNumber } = fragmentOf(datagram);
  const name = `${messageId}/${sequenceNumber}`;
  assertSameBytes(datagram, seen.get(name) ?? datagram);
  seen.set(name, datagram);
}

function isFragment(datagram: Uint8Array): boolean {
  return decodeTlvs(datagram)[0]?.type === DEFAULT_TLV_TYPES.FRAGMENT;
}

function isLast(datagram: Uint8Array): boolean {
  const { sequenceNumber, total } = fragmentOf(datagram);
  return sequenceNumber === total - 1;
}

function fragmentOf(datagram: Uint8Array) {
  return decodeFragment(decodeTlvs(datagram)[0]?.value ?? new Uint8Array());
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

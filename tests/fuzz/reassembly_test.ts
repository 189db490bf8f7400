import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { decodeFragment, type Fragment, fragmentDatagrams } from "../../src/wire/fragment.ts";
import { Reassembly } from "../../src/wire/reassembly.ts";
import {
  type ReassemblyLimits,
  ReassemblyPool,
  type StalledMessage,
} from "../../src/wire/reassembly_pool.ts";
import { TLV_HEADER_BYTES } from "../../src/wire/tlv.ts";
import { ReassemblyModel } from "../support/reassembly_model.ts";
import { assertSameBytes } from "../support/same_bytes.ts";
import { SeededRandom } from "../support/seeded_random.ts";

const LIMITS: ReassemblyLimits = {
  maxTokenBytes: 400,
  maxPeerBytes: 600,
  maxTotalBytes: 1_000,
  maxPeerMessages: 4,
  maxMessages: 1_000,
  timeoutMs: 1_000,
  nackDelayMs: 200,
  maxNacks: 5,
  maxNackedFragments: 3,
};
const PEERS = [0, 1, 2];

type Step =
  | { readonly step: "add"; readonly peer: number; readonly fragment: Fragment }
  | { readonly step: "wait"; readonly ms: number }
  | { readonly step: "expire" | "stalled" }
  | { readonly step: "forget"; readonly peer: number; readonly messageId: number }
  | { readonly step: "clear"; readonly peer: number };

const peer = fc.constantFrom(...PEERS);
/** Mostly the total that a message id always has here, so that messages do get complete. */
const totalOf = (messageId: number) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constant(1 + messageId % 4) },
    { weight: 1, arbitrary: fc.constantFrom(1, 2, 5, 65_535) },
  );
const fragment = fc.nat(7).chain((messageId) =>
  fc.record({
    messageId: fc.constant(messageId),
    sequenceNumber: fc.nat(7),
    total: totalOf(messageId),
    chunk: fc.uint8Array({ maxLength: 4 }),
    paddingBytes: fc.constantFrom(0, 0, 60, 64, 200, 396, 401),
  })
).map(({ messageId, sequenceNumber, total, chunk, paddingBytes }): Fragment => ({
  messageId,
  sequenceNumber: sequenceNumber % total,
  total,
  chunk: Uint8Array.from([...chunk, ...new Uint8Array(paddingBytes)]),
}));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ step: fc.constant("add"), peer, fragment }) },
  { weight: 3, arbitrary: fc.record({ step: fc.constant("wait"), ms: fc.nat(400) }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constantFrom("expire", "stalled") }) },
  {
    weight: 1,
    arbitrary: fc.record({ step: fc.constant("forget"), peer, messageId: fc.nat(7) }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constant("clear"), peer }) },
);

Deno.test("Reassembly agrees with a slow model, whatever comes, and keeps its bounds", () => {
  const property = fc.property(fc.array(step, { maxLength: 150, size: "max" }), (steps) => {
    const run = new ModelRun();
    for (const each of steps) run.take(each);
    run.end();
  });
  fc.assert(property, { numRuns: 200 });
});

Deno.test("Reassembly gives each message once, as it was cut, under duplication and reordering", () => {
  const message = fc.record({ peer, bytes: fc.nat(3_000), copies: fc.integer({ min: 1, max: 3 }) });
  const property = fc.property(
    fc.array(message, { maxLength: 6, size: "max" }),
    fc.nat(),
    (messages, seed) => {
      const random = new SeededRandom(seed);
      const tokens = messages.map(({ peer, bytes }) => ({ peer, token: random.bytes(bytes) }));
      const sent = tokens.flatMap(({ peer, token }, messageId) => {
        const { copies } = messages[messageId] ?? { copies: 1 };
        const fragments = cut(messageId, token, 300);
        return Array(copies).fill(fragments).flat().map((each: Fragment) => ({ peer, each }));
      });
      const { pool, reassemblies } = roomy();
      const complete = new Map<number, Uint8Array>();
      for (const { peer, each } of random.shuffle(sent)) {
        const result = reassemblies[peer]?.add(each, 0);
        if (result?.state !== "complete") continue;
        assertEquals(complete.has(each.messageId), false, "complete twice");
        complete.set(each.messageId, result.token);
      }
      assertEquals(complete.size, tokens.length);
      tokens.forEach(({ token }, messageId) => assertSameBytes(complete.get(messageId), token));
      assertEquals(pool.chargedBytes, 0);
    },
  );
  fc.assert(property, { numRuns: 100 });
});

Deno.test("Reassembly completes what is lost from what it asks for, and asks for nothing else", () => {
  const property = fc.property(fc.integer({ min: 1, max: 60_000 }), fc.nat(), (bytes, seed) => {
    const random = new SeededRandom(seed);
    const token = random.bytes(bytes);
    const fragments = cut(7, token, 576);
    const { pool, reassemblies: [reassembly] } = roomy();
    assert(reassembly !== undefined);
    let nowMs = 0;
    const results = fragments.filter((_, number) => number === 0 || random.chance(0.7))
      .map((fragment) => reassembly.add(fragment, nowMs));
    while (results.at(-1)?.state !== "complete") {
      nowMs += 200;
      const [stalled] = pool.takeStalled(nowMs);
      assert(stalled !== undefined, "the message is not complete, and nothing is asked for");
      for (const number of stalled.missing) {
        const fragment = fragments[number];
        assert(fragment !== undefined, "asked for a fragment that there is not");
        results.push(reassembly.add(fragment, nowMs));
      }
    }
    assertEquals(results.some(({ state }) => state === "duplicate"), false);
    const last = results.at(-1);
    assertSameBytes(last?.state === "complete" ? last.token : undefined, token);
  });
  fc.assert(property, { numRuns: 30 });
});

/** Runs the same steps on the real thing and on the model. */
class ModelRun {
  readonly #pool = new ReassemblyPool(LIMITS);
  readonly #real = PEERS.map((peer) => new Reassembly(this.#pool, String(peer)));
  readonly #model = new ReassemblyModel(LIMITS);
  #nowMs = 0;

  take(step: Step): void {
    switch (step.step) {
      case "add":
        this.#add(step.peer, step.fragment);
        break;
      case "wait":
        this.#nowMs += step.ms;
        break;
      case "expire":
        assertEquals(this.#pool.expire(this.#nowMs), this.#model.expire(this.#nowMs));
        break;
      case "stalled":
        this.#compareStalled();
        break;
      case "forget":
        this.#real[step.peer]?.forget(step.messageId);
        this.#model.forget(step.peer, step.messageId);
        break;
      case "clear":
        this.#real[step.peer]?.clear();
        this.#model.clear(step.peer);
        break;
      default:
        step satisfies never;
    }
    this.#compareAccounts();
  }

  /** Lets all time out: then nothing may be left. */
  end(): void {
    this.#nowMs += LIMITS.timeoutMs;
    assertEquals(this.#pool.expire(this.#nowMs), this.#model.expire(this.#nowMs));
    assertEquals([this.#pool.chargedBytes, this.#pool.nextDeadlineMs()], [0, undefined]);
    assertEquals(this.#real.map(({ chargedBytes }) => chargedBytes), PEERS.map(() => 0));
  }

  #add(peer: number, fragment: Fragment): void {
    const { messageId, total, sequenceNumber } = fragment;
    const collects = this.#real[peer]?.collects(messageId, total, sequenceNumber);
    assertEquals(collects, this.#model.collects(peer, messageId, total, sequenceNumber));
    const real = this.#real[peer]?.add(fragment, this.#nowMs);
    assertEquals(real, this.#model.add(peer, fragment, this.#nowMs));
  }

  #compareStalled(): void {
    const stalled = this.#pool.takeStalled(this.#nowMs);
    assertEquals(byName(stalled), byName(this.#model.takeStalled(this.#nowMs)));
  }

  #compareAccounts(): void {
    const accounts = this.#real.map(({ chargedBytes }) => chargedBytes);
    assertEquals(accounts, PEERS.map((peer) => this.#model.chargedBytes(peer)));
    assertEquals(this.#pool.chargedBytes, accounts.reduce((sum, bytes) => sum + bytes, 0));
    assert(accounts.every((bytes) => bytes >= 0 && bytes <= LIMITS.maxPeerBytes));
    assert(this.#pool.chargedBytes <= LIMITS.maxTotalBytes);
  }
}

function byName(stalled: readonly StalledMessage[]): StalledMessage[] {
  return [...stalled].sort((a, b) => a.peer.localeCompare(b.peer) || a.messageId - b.messageId);
}

function roomy(): { pool: ReassemblyPool; reassemblies: Reassembly[] } {
  const roomyBytes = 1_000_000;
  const pool = new ReassemblyPool({
    maxTokenBytes: roomyBytes,
    maxPeerBytes: roomyBytes,
    maxTotalBytes: roomyBytes,
    maxPeerMessages: 100,
    maxMessages: 1_000,
    timeoutMs: 10_000,
    nackDelayMs: 200,
    maxNacks: 5,
    maxNackedFragments: 100,
  });
  return { pool, reassemblies: PEERS.map((peer) => new Reassembly(pool, String(peer))) };
}

function cut(messageId: number, token: Uint8Array, budgetBytes: number): Fragment[] {
  return fragmentDatagrams(5, messageId, token, budgetBytes)
    .map((datagram) => decodeFragment(datagram.subarray(TLV_HEADER_BYTES)));
}

import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { MAX_OPENING_BODIES } from "../../../src/client/direct/direct_body_opener.ts";
import { encodeAck, encodeNack } from "../../../src/wire/direct_answer.ts";
import { CLIENT, DirectWorld } from "../../support/direct_client_world.ts";
import { latin1 } from "./direct_session_ledger.ts";
import { type ByteEdit, byteEdits, editBytes } from "./file_byte_edits.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

/** What the client may hold of unfinished messages: 4 MiB. */
const MAX_FRAGMENT_BYTES = 4 * 1024 * 1024;

/** How long a message of the server is known again, milliseconds. */
const MEMORY_MS = 60_000;

/** Long enough for everything to be delivered or given up. */
const PATIENCE_MS = 120_000;

/** One thing that happens to a client of a direct server. */
type ClientStep =
  | { readonly type: "send"; readonly bytes: number }
  /** The server sends a message by itself. */
  | { readonly type: "told"; readonly form: "plain" | "hybrid"; readonly bytes: number }
  /** Somebody gives the client a datagram that was on its way before, perhaps changed. */
  | { readonly type: "replay"; readonly which: number; readonly edits: readonly ByteEdit[] }
  | { readonly type: "junk"; readonly bytes: Uint8Array }
  /** Somebody seals an answer for the client, about a message id that can be guessed. */
  | {
    readonly type: "answer";
    readonly id: number | undefined;
    readonly missing: readonly number[];
  }
  | { readonly type: "mute"; readonly isMute: boolean }
  | { readonly type: "time"; readonly ms: number };

interface ClientInput {
  readonly seed: number;
  readonly loss: number;
  readonly duplication: number;
  readonly maxDelayMs: number;
  readonly steps: readonly ClientStep[];
}

const step: fc.Arbitrary<ClientStep> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("send" as const),
      bytes: fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: 4_000 })),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("told" as const),
      form: fc.constantFrom("plain", "hybrid"),
      bytes: fc.oneof(fc.nat({ max: 190 }), fc.nat({ max: 3_000 })),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("replay" as const),
      which: fc.nat({ max: 1_000 }),
      edits: byteEdits,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("junk" as const),
      bytes: fc.oneof(
        fc.uint8Array({ maxLength: 600 }),
        fc.uint8Array({ minLength: 256, maxLength: 256 }),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("answer" as const),
      id: fc.option(fc.nat({ max: 5 }), { nil: undefined }),
      missing: fc.uniqueArray(fc.integer({ min: 1, max: 255 }), { maxLength: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("mute" as const), isMute: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("time" as const),
      ms: fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 5_000 })),
    }),
  },
);

/** A direct client: what it calls delivered was, and what it hands over was said, whoever forges what. */
export const DIRECT_CLIENT: FuzzTarget<ClientInput> = {
  name: "direct-client",
  about:
    "a direct client with a server, a bad network, replays, changed datagrams and forged answers",
  inputs: fc.record({
    seed: fc.nat({ max: 10_000 }),
    loss: fc.constantFrom(0, 0, 0.1, 0.3),
    duplication: fc.constantFrom(0, 0, 0.3),
    maxDelayMs: fc.constantFrom(0, 20, 300),
    steps: fc.array(step, { maxLength: 40, size: "max" }),
  }),
  budgetInputs: 40,
  check: ({ seed, steps, ...conditions }) => {
    const stage = new ClientStage(seed);
    stage.world.network.conditions = { minDelayMs: 0, ...conditions };
    for (const step of steps) {
      stage.happen(step);
      stage.assertSound();
    }
    stage.finish();
  },
};

/** A connected client, and what has been said in either direction. */
class ClientStage {
  readonly world: DirectWorld;
  /** Payloads by message id. */
  readonly #sent = new Map<number, string>();
  /** Messages of the server, and when each was handed over last. */
  readonly #told = new Map<string, number | undefined>();
  #heard = 0;
  #lastMark = 0;

  constructor(seed: number) {
    this.world = DirectWorld.connected({ seed });
  }

  happen(it: ClientStep): void {
    const { world } = this;
    switch (it.type) {
      case "send":
        return this.#send(it.bytes);
      case "told":
        return this.#tell(it.form, it.bytes);
      case "replay": {
        const packet = world.network.sent[it.which % world.network.sent.length];
        return packet === undefined ? undefined : world.give(editBytes(packet.datagram, it.edits));
      }
      case "junk":
        return world.give(it.bytes);
      case "answer":
        return world.giveSealed(
          it.missing.length > 0 ? encodeNack(it.id ?? 0, it.missing, 190) : encodeAck(it.id),
        );
      case "mute":
        world.peer.refuses.acks = it.isMute;
        return;
      case "time":
        return world.run(it.ms);
      default:
        return it satisfies never;
    }
  }

  /** Asserts what must hold at any time. */
  assertSound(): void {
    const { core, peer, clock } = this.world;
    assertLessOrEqual(core.incoming.bodies, MAX_OPENING_BODIES);
    assertLessOrEqual(core.incoming.fragmentBytes, MAX_FRAGMENT_BYTES);
    const taken = peer.messages.map(({ payload }) => latin1(payload));
    assertEquals(new Set(taken).size, taken.length, "A message was taken twice");
    const sent = new Set(this.#sent.values());
    for (const text of taken) assert(sent.has(text), "The server took what nobody sent");
    for (const id of this.world.delivered) {
      assert(taken.includes(this.#sent.get(id) ?? ""), `Message ${id} is not delivered`);
    }
    const messages = this.world.toldOf("message");
    for (const { payload } of messages.slice(this.#heard)) {
      this.#hear(latin1(payload), clock.now.monotonicMs);
    }
    this.#heard = messages.length;
  }

  /** Lets everything come to its end: each message is delivered, or given up. */
  finish(): void {
    const { world } = this;
    world.network.conditions = {};
    world.run(PATIENCE_MS);
    this.assertSound();
    const failed = world.toldOf("send_failed").map(({ messageId }) => messageId);
    const isAllFailed = world.toldOf("all_sends_failed").length + world.toldOf("failed").length > 0;
    for (const id of this.#sent.keys()) {
      assert(isAllFailed || failed.includes(id) || world.delivered.includes(id), `What of ${id}?`);
    }
    assertEquals(new Set(world.delivered).size, world.delivered.length);
  }

  #send(bytes: number): void {
    const payload = new TextEncoder().encode(this.#textOf(bytes));
    const { core } = this.world;
    if (core.state !== "connected" || !core.hasRoomFor(payload.byteLength)) return;
    this.#sent.set(this.world.send(payload), latin1(payload));
  }

  #tell(form: "plain" | "hybrid", bytes: number): void {
    // Blocks of several plain messages can be mixed by anyone, so each has one block alone.
    const text = this.#textOf(form === "plain" ? bytes % 191 : bytes);
    this.#told.set(text, undefined);
    this.world.peer.sendTo(CLIENT, new TextEncoder().encode(text), form);
  }

  #hear(text: string, nowMs: number): void {
    assert(this.#told.has(text), `The server never said ${JSON.stringify(text)}`);
    const before = this.#told.get(text);
    this.#told.set(text, nowMs);
    assert(before === undefined || nowMs - before >= MEMORY_MS, `It came twice: ${text}`);
  }

  #textOf(bytes: number): string {
    return `<${++this.#lastMark}>`.padEnd(bytes, ".");
  }
}

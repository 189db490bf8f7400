import { assertEquals } from "@std/assert";
import type { Opening } from "../../src/direct/opening.ts";
import {
  type KeyTransfers,
  MAX_KEY_TRANSFERS,
  TRANSFER_TIMEOUT_MS,
  type TransferResult,
  Transfers,
} from "../../src/direct/transfers.ts";
import type { MessagePart } from "../../src/wire/message_part.ts";
import { openingOf, strangerPeer } from "../support/direct_peers.ts";

const LIMITS = { maxTransferBytes: 1_000, maxTotalBytes: 2_000 };
/** What a part counts at least. */
const MIN_CHARGE = 256;

function part(number: number, count: number, id = 1): MessagePart {
  const transferId = new Uint8Array(8);
  new DataView(transferId.buffer).setUint32(0, id);
  return { transferId, number, count };
}

/** The transfers of one Fernet key, and what is common to all. */
class Scene {
  readonly transfers = new Transfers(LIMITS);
  readonly key: KeyTransfers = new Map();
  readonly #peer = strangerPeer(1);
  #openings = 0;

  opening(port = 1): Opening {
    const peer = port === 1 ? this.#peer : strangerPeer(port);
    return openingOf(peer, { number: this.#openings++ });
  }

  add(
    part: MessagePart,
    values: {
      text?: string;
      bytes?: number;
      signedBy?: string;
      opening?: Opening;
      nowMs?: number;
    } = {},
  ): TransferResult {
    const { text, bytes = 1, signedBy, opening = this.opening(), nowMs = 0 } = values;
    const payload = text === undefined ? new Uint8Array(bytes) : new TextEncoder().encode(text);
    return this.transfers.add(this.key, { part, payload, signedBy, opening }, nowMs);
  }
}

function payloadOf(result: TransferResult): string | undefined {
  return result.state === "complete" ? new TextDecoder().decode(result.payload) : undefined;
}

Deno.test("Transfers.add() puts parts together by their numbers", () => {
  const scene = new Scene();
  const last = scene.opening();
  assertEquals(scene.add(part(2, 3), { text: "c", opening: last }), {
    state: "collecting",
    mayAcknowledge: false,
  });
  assertEquals(scene.add(part(0, 3), { text: "a" }), { state: "collecting", mayAcknowledge: true });
  const result = scene.add(part(1, 3), { text: "b" });
  assertEquals([payloadOf(result), scene.transfers.chargedBytes], ["abc", 0]);
  assertEquals(result.state === "complete" && result.acknowledge === last, true);
});

Deno.test("Transfers.add() has nothing to acknowledge but the part numbered last when that completes", () => {
  const scene = new Scene();
  scene.add(part(0, 2), { text: "a" });
  const result = scene.add(part(1, 2), { text: "b" });
  assertEquals(result.state === "complete" && result.acknowledge, undefined);
});

Deno.test("Transfers.add() completes a transfer of one part at once", () => {
  const scene = new Scene();
  assertEquals(payloadOf(scene.add(part(0, 1), { text: "a" })), "a");
});

Deno.test("Transfers.add() takes parts without payload", () => {
  const scene = new Scene();
  scene.add(part(0, 2), { bytes: 0 });
  assertEquals(scene.transfers.chargedBytes, MIN_CHARGE);
  assertEquals(payloadOf(scene.add(part(1, 2), { bytes: 0 })), "");
});

const refusals: {
  name: string;
  add: (scene: Scene) => TransferResult;
  reason: "malformed" | "too_large";
}[] = [
  { name: "another count", add: (it) => it.add(part(1, 4)), reason: "malformed" },
  { name: "a number twice in other words", add: (it) => it.add(part(0, 3)), reason: "malformed" },
  {
    name: "another signer",
    add: (it) => it.add(part(1, 3), { signedBy: "someone" }),
    reason: "malformed",
  },
  { name: "too many bytes", add: (it) => it.add(part(1, 3), { bytes: 901 }), reason: "too_large" },
];
for (const { name, add, reason } of refusals) {
  Deno.test(`Transfers.add() gives a transfer up for ${name}`, () => {
    const scene = new Scene();
    scene.add(part(0, 3), { bytes: 100 });
    assertEquals(add(scene), { state: "refused", reason });
    assertEquals(scene.transfers.chargedBytes, 0);
    assertEquals(scene.add(part(1, 3)), { state: "refused", reason: "transfer_evicted" });
    assertEquals(scene.transfers.mayAcknowledge(scene.key, part(0, 3)), false);
  });
}

Deno.test("Transfers.add() takes as many bytes as a transfer may have", () => {
  const scene = new Scene();
  scene.add(part(0, 2), { bytes: 100 });
  assertEquals(scene.add(part(1, 2), { bytes: 900 }).state, "complete");
});

Deno.test("Transfers.add() knows a part that comes again, and withholds the ACK of the last", () => {
  const scene = new Scene();
  scene.add(part(0, 3), { text: "a" });
  scene.add(part(2, 3), { text: "c" });
  const again = [part(0, 3), part(2, 3)].map((each, index) =>
    scene.add(each, { text: index === 0 ? "a" : "c" })
  );
  assertEquals(again, [
    { state: "repeated", mayAcknowledge: true },
    { state: "repeated", mayAcknowledge: false },
  ]);
  assertEquals(payloadOf(scene.add(part(1, 3), { text: "b" })), "abc");
});

Deno.test("Transfers.add() acknowledges any part of a transfer that is complete", () => {
  const scene = new Scene();
  scene.add(part(0, 1));
  assertEquals(scene.add(part(0, 1)), { state: "repeated", mayAcknowledge: true });
});

Deno.test("Transfers holds 2,000 bytes of all, and gives up the one that was quiet longest", () => {
  const scene = new Scene();
  scene.add(part(0, 3, 1), { bytes: 700 });
  scene.add(part(0, 3, 2), { bytes: 700 });
  scene.add(part(1, 3, 1), { bytes: 300 });
  scene.add(part(0, 3, 3), { bytes: 300 });
  assertEquals([scene.transfers.chargedBytes, scene.transfers.takeEvicted()], [2_000, 0]);
  scene.add(part(0, 3, 4), { bytes: 1 });
  assertEquals(scene.transfers.chargedBytes, 2_000 - 700 + MIN_CHARGE);
  assertEquals([scene.transfers.takeEvicted(), scene.transfers.takeEvicted()], [1, 0]);
  assertEquals(scene.add(part(1, 3, 2)).state, "refused");
  assertEquals(scene.add(part(1, 3, 4)).state, "collecting");
});

Deno.test("Transfers remembers 64 of a Fernet key, the newest, and not one more", () => {
  const scene = new Scene();
  scene.add(part(0, 1, 1));
  for (let id = 2; id <= MAX_KEY_TRANSFERS; id++) scene.add(part(0, 1, id));
  assertEquals(scene.transfers.mayAcknowledge(scene.key, part(0, 1, 1)), true);
  scene.add(part(0, 2, 1_000));
  assertEquals([scene.key.size, scene.transfers.takeEvicted()], [MAX_KEY_TRANSFERS, 0]);
  assertEquals(scene.transfers.mayAcknowledge(scene.key, part(0, 1, 1)), false);
});

Deno.test("Transfers gives an unfinished transfer up for the 65th of a Fernet key", () => {
  const scene = new Scene();
  scene.add(part(0, 2, 1));
  for (let id = 2; id <= MAX_KEY_TRANSFERS + 1; id++) scene.add(part(0, 1, id));
  assertEquals([scene.transfers.chargedBytes, scene.transfers.takeEvicted()], [0, 1]);
});

Deno.test("Transfers.expire() gives up what had no new part for a minute", () => {
  const scene = new Scene();
  const { transfers } = scene;
  scene.add(part(0, 3, 1), { nowMs: 0 });
  scene.add(part(0, 3, 2), { nowMs: 10 });
  scene.add(part(1, 3, 1), { nowMs: 20 });
  assertEquals(transfers.nextDeadlineMs(), 10 + TRANSFER_TIMEOUT_MS);
  assertEquals(transfers.expire(9 + TRANSFER_TIMEOUT_MS), 0);
  assertEquals(transfers.expire(10 + TRANSFER_TIMEOUT_MS), 1);
  assertEquals(transfers.nextDeadlineMs(), 20 + TRANSFER_TIMEOUT_MS);
  assertEquals(transfers.expire(1e9), 1);
  assertEquals([transfers.nextDeadlineMs(), transfers.chargedBytes], [undefined, 0]);
});

Deno.test("Transfers.forget() frees all that a Fernet key has", () => {
  const scene = new Scene();
  scene.add(part(0, 3, 1));
  scene.add(part(0, 3, 2));
  scene.transfers.forget(scene.key);
  assertEquals([scene.key.size, scene.transfers.chargedBytes], [0, 0]);
  assertEquals(scene.transfers.nextDeadlineMs(), undefined);
});

Deno.test("Transfers.completesWith() tells of the last missing part", () => {
  const scene = new Scene();
  const completes = (number: number, count = 3) =>
    scene.transfers.completesWith(scene.key, part(number, count));
  assertEquals([completes(0), completes(0, 1)], [false, true]);
  scene.add(part(0, 3));
  assertEquals([completes(1), completes(2)], [false, false]);
  scene.add(part(2, 3));
  assertEquals([completes(0), completes(1), completes(2)], [false, true, false]);
  scene.add(part(1, 3));
  assertEquals([completes(1), completes(2)], [false, false]);
});

Deno.test("Transfers.mayAcknowledge() keeps the ACK of the part numbered last back", () => {
  const scene = new Scene();
  const may = (number: number) => scene.transfers.mayAcknowledge(scene.key, part(number, 2));
  assertEquals([may(0), may(1)], [true, false]);
  scene.add(part(1, 2));
  assertEquals([may(0), may(1)], [true, false]);
  scene.add(part(0, 2));
  assertEquals([may(0), may(1)], [true, true]);
});

for (
  const { name, port, isNewest } of [
    { name: "the newest copy", port: 1, isNewest: true },
    { name: "no copy of another address", port: 2, isNewest: false },
  ]
) {
  Deno.test(`Transfers.repeat() has ${name} of the part numbered last acknowledged`, () => {
    const scene = new Scene();
    const [first, copy] = [scene.opening(), scene.opening(port)];
    scene.add(part(1, 2), { opening: first });
    scene.transfers.repeat(scene.key, part(1, 2), copy);
    const result = scene.add(part(0, 2));
    const acknowledged = result.state === "complete" ? result.acknowledge : undefined;
    assertEquals(acknowledged === (isNewest ? copy : first), true);
  });
}

Deno.test("Transfers.repeat() passes over other parts, and transfers that it does not know", () => {
  const scene = new Scene();
  scene.transfers.repeat(scene.key, part(1, 2), scene.opening());
  scene.add(part(0, 3));
  scene.transfers.repeat(scene.key, part(0, 3), scene.opening());
  scene.transfers.repeat(scene.key, part(2, 3), scene.opening());
  scene.add(part(1, 3));
  const result = scene.add(part(2, 3));
  assertEquals(result.state === "complete" && result.acknowledge, undefined);
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { BLOCKS_PER_JOB } from "../../../src/client/direct/direct_plain_form.ts";
import { STRAY_ACK_MS } from "../../../src/client/direct/direct_whole_datagram_slot.ts";
import { assertThrowsWithCode } from "../../support/assert_code.ts";
import { DirectWorld, SERVER } from "../../support/direct_client_world.ts";
import { assertSameBytes } from "../../support/same_bytes.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

/** Plaintext of a block for a modulus of 512 bytes. */
const BLOCK_BYTES = 446;

/** Blocks of 512 bytes in 255 fragments of 1,194 bytes. */
const MAX_BLOCKS = 594;

const LONG = new SeededRandom(98).bytes(MAX_BLOCKS * BLOCK_BYTES);

function plainWorld(options: { maxFragmentBytes?: number; maxMessageBytes?: number } = {}) {
  return DirectWorld.connected({ form: "plain", ...options });
}

/** Lengths of the datagrams that the client sent for messages. */
function lengthsSent(world: DirectWorld, fromIndex = 2): number[] {
  return world.sent.slice(fromIndex).map(({ datagram }) => datagram.byteLength);
}

for (
  const { name, bytes, lengths } of [
    { name: "an empty message", bytes: 0, lengths: [512] },
    { name: "a full block", bytes: BLOCK_BYTES, lengths: [512] },
    { name: "a block and a byte", bytes: BLOCK_BYTES + 1, lengths: [1_030] },
    { name: "three blocks", bytes: 3 * BLOCK_BYTES, lengths: [1_200, 348] },
  ]
) {
  Deno.test(`DirectClientCore with plain RSA sends ${name}`, () => {
    const world = plainWorld();
    world.send(LONG.subarray(0, bytes));
    world.run(0);
    assertEquals(lengthsSent(world), lengths);
    assertEquals(world.delivered, [1]);
    assertSameBytes(world.peer.messages[0]?.payload, LONG.subarray(0, bytes));
    assertEquals(world.peer.messages[0]?.form, "plain");
  });
}

Deno.test("DirectClientCore with plain RSA sends what 255 fragments hold", () => {
  const world = plainWorld();
  world.send(LONG);
  world.run(1_000);
  assertEquals(world.delivered, [1]);
  assertSameBytes(world.peer.messages[0]?.payload, LONG);
});

Deno.test("DirectClientCore with plain RSA refuses one byte more, and names the way out", () => {
  const world = plainWorld();
  const tooLong = new Uint8Array(LONG.byteLength + 1);
  const error = assertThrowsWithCode(() => world.send(tooLong), "MESSAGE_TOO_LARGE");
  assertStringIncludes(error.message, "it has 264925 bytes, and at most 264924 fit");
  assertStringIncludes(error.message, "leave --plain-rsa out");
});

Deno.test("DirectClientCore refuses a message above its limit in either form", () => {
  for (const form of ["plain", "hybrid"] as const) {
    const world = DirectWorld.connected({ form, maxMessageBytes: 100 });
    world.send(new Uint8Array(100));
    const error = assertThrowsWithCode(() => world.send(new Uint8Array(101)), "MESSAGE_TOO_LARGE");
    assertEquals(error.message, "Cannot send message: it has 101 bytes, at most 100 are allowed");
  }
});

Deno.test("DirectClientCore with plain RSA encrypts 16 blocks at a time", () => {
  const world = plainWorld();
  world.holdsJobs = true;
  world.send(LONG.subarray(0, 40 * BLOCK_BYTES));
  const sizes: number[] = [];
  for (let job = world.jobs.shift(); job !== undefined; job = world.jobs.shift()) {
    assertEquals(world.jobs, [], "one job at a time");
    if (job.type === "encrypt_blocks") sizes.push(job.plaintexts.length);
    world.doJob(job);
  }
  assertEquals(sizes, [BLOCKS_PER_JOB, BLOCKS_PER_JOB, 8]);
  world.holdsJobs = false;
  world.run(100);
  assertEquals(world.delivered, [1]);
});

Deno.test("DirectClientCore with plain RSA has one whole datagram under way at a time", () => {
  const world = plainWorld();
  for (let count = 0; count < 3; count++) world.send("hello");
  assertEquals(lengthsSent(world), [512, 518, 518]);
  world.run(STRAY_ACK_MS);
  world.send("hello");
  assertEquals(lengthsSent(world).at(-1), 512);
  world.run(0);
  assertEquals(world.delivered.length, 4);
});

Deno.test("DirectClientCore with plain RSA takes no ACK that the network has doubled for another one", () => {
  const world = plainWorld();
  world.send("first");
  world.run(0);
  world.network.loses = ({ to }) => to === SERVER;
  world.send("second");
  world.giveSealed("ACK");
  assertEquals(world.delivered, [1]);
  assertEquals(world.core.drops.of("unexpected"), 1);
});

Deno.test("DirectClientCore with plain RSA sends the same bytes again, never new ones", () => {
  const world = DirectWorld.connected({ form: "plain", timeoutMs: 30_000 });
  world.peer.refuses.acks = true;
  world.send(LONG.subarray(0, 2 * BLOCK_BYTES));
  world.run(20_000);
  const sent = world.sent.filter(({ datagram }) => datagram.byteLength === 1_030);
  assert(sent.length > 4, `sent ${sent.length} times`);
  assertEquals(new Set(sent.map(({ datagram }) => datagram.toHex())).size, 1);
  assertEquals(world.asked.filter(({ type }) => type === "encrypt_blocks").length, 1);
});

Deno.test("DirectClientCore with plain RSA avoids an ACK that may belong to an earlier message", () => {
  const world = plainWorld();
  world.send("first");
  world.run(0);
  assertEquals(world.delivered, [1]);
  world.send("second");
  assertEquals(lengthsSent(world).at(-1), 518);
  world.run(STRAY_ACK_MS - 1);
  world.send("third");
  assertEquals(lengthsSent(world).at(-1), 518);
  world.run(1);
  world.send("fourth");
  assertEquals(lengthsSent(world).at(-1), 512);
  world.run(0);
  assertEquals(world.delivered, [1, 2, 3, 4]);
});

Deno.test("DirectClientCore with plain RSA reckons with the ACK of a message that it gave up", () => {
  const world = DirectWorld.connected({ form: "plain", timeoutMs: 500 });
  world.network.detach(SERVER);
  world.send("lost");
  world.run(550);
  assertEquals(world.toldOf("all_sends_failed").length, 1);
  world.startPeer(world.peer.key);
  world.send("next");
  assertEquals(lengthsSent(world).at(-1), 518);
  world.giveSealed("ACK");
  assertEquals(world.delivered, []);
  assertEquals(world.core.drops.of("unexpected"), 1);
});

Deno.test("DirectClientCore with plain RSA gives a message up while it is being encrypted", () => {
  const world = DirectWorld.connected({ form: "plain", timeoutMs: 500 });
  world.network.detach(SERVER);
  world.send("first");
  world.holdsJobs = true;
  world.send("second");
  const [job] = world.jobs.splice(0);
  assert(job !== undefined);
  world.run(600);
  assertEquals(world.toldOf("all_sends_failed").length, 1);
  world.doJob(job);
  assertEquals(lengthsSent(world).filter((length) => length === 518), []);
});

for (const maxFragmentBytes of [64, 505, 506, 507, 508, 65_501]) {
  Deno.test(`DirectClientCore cuts into fragments of ${maxFragmentBytes} bytes in either form`, () => {
    for (const form of ["plain", "hybrid"] as const) {
      const world = DirectWorld.connected({ form, maxFragmentBytes });
      world.send(LONG.subarray(0, 5_000));
      world.run(200);
      assertEquals(world.delivered, [1]);
      assertSameBytes(world.peer.messages[0]?.payload, LONG.subarray(0, 5_000));
      const lengths = lengthsSent(world);
      assert(lengths.every((length) => length <= maxFragmentBytes + 6 && length !== 512));
    }
  });
}

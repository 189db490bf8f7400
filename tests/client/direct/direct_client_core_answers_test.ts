import { assert, assertEquals } from "@std/assert";
import { tryDecodeDirectFragment } from "../../../src/wire/direct_frame.ts";
import { CLIENT, DirectWorld, SERVER } from "../../support/direct_client_world.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

const LONG = new SeededRandom(97).bytes(100_000);

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A client that waits for the ACK of one message; gives the id of that message. */
function waiting(world: DirectWorld): number {
  world.peer.refuses.acks = true;
  world.send("hello");
  world.run(0);
  return world.peer.parts.at(-1)?.messageId ?? -1;
}

Deno.test("DirectClientCore takes an ACK at once, though a long message is being opened", () => {
  const world = DirectWorld.connected();
  const id = waiting(world);
  world.holdsJobs = true;
  world.peer.sendTo(CLIENT, LONG.subarray(0, 5_000), "plain");
  world.run(0);
  world.giveSealed(`${id}: ACK`);
  const [, ack] = world.jobs.splice(0);
  assert(ack !== undefined);
  world.doJob(ack);
  assertEquals(world.delivered, [1]);
});

for (
  const { clientModulusBytes, blocks } of [
    { clientModulusBytes: 256, blocks: 5 },
    { clientModulusBytes: 512, blocks: 2 },
  ]
) {
  Deno.test(`DirectClientCore takes a NACK in ${blocks} blocks`, () => {
    const world = DirectWorld.connected({ clientModulusBytes });
    let left = 240;
    world.network.loses = ({ datagram, to }) =>
      to === SERVER && datagram.byteLength === 1_200 && left-- > 0;
    world.send(new Uint8Array(220_000));
    world.run(400);
    const decrypted = world.asked.filter(({ type }) => type === "decrypt_block");
    assertEquals(decrypted.length, blocks);
    world.run(100);
    assertEquals(world.delivered, [1]);
  });
}

Deno.test("DirectClientCore takes an ACK in plain text only if it names the message", () => {
  const world = DirectWorld.connected();
  const id = waiting(world);
  for (const text of ["ACK", `${id + 1}: ACK`]) world.give(bytesOf(text));
  assertEquals([world.delivered, world.core.drops.of("plain_answer")], [[], 2]);
  world.give(bytesOf(`${id}: ACK`));
  assertEquals([world.delivered, world.core.drops.of("plain_answer")], [[1], 2]);
});

Deno.test("DirectClientCore sends its key again after an answer in plain text, once a second", () => {
  const world = DirectWorld.connected();
  world.run(1_000);
  const before = world.peer.came.clientKeys;
  for (let count = 0; count < 3; count++) world.give(bytesOf("ACK"));
  world.run(0);
  assertEquals(world.peer.came.clientKeys, before + 1);
});

Deno.test("DirectClientCore ignores an ACK that is not from the server", () => {
  const world = DirectWorld.connected();
  const id = waiting(world);
  const ack = world.clientKey.seal(bytesOf(`${id}: ACK`));
  world.give(ack, { ...SERVER, port: 9 });
  assertEquals([world.delivered, world.core.drops.of("foreign")], [[], 1]);
  world.give(ack);
  assertEquals(world.delivered, [1]);
});

for (
  const { name, text } of [
    { name: "an ACK of another message", text: (id: number) => `${id + 1}: ACK` },
    { name: "a NACK of another message", text: (id: number) => `${id + 1}: NACK 1` },
    { name: "an ACK without an id", text: () => "ACK" },
  ]
) {
  Deno.test(`DirectClientCore passes over ${name}`, () => {
    const world = DirectWorld.connected();
    const id = waiting(world);
    const { length } = world.sent;
    world.giveSealed(text(id));
    world.run(100);
    assertEquals([world.delivered, world.sent.length], [[], length]);
    assertEquals(world.core.drops.of("unexpected"), 1);
  });
}

Deno.test("DirectClientCore passes over an ACK of a message that has not left whole", () => {
  const world = DirectWorld.connected();
  world.send(LONG);
  const last = tryDecodeDirectFragment(world.sent.at(-1)?.datagram ?? new Uint8Array());
  world.giveSealed(`${last?.messageId}: ACK`);
  assertEquals(world.delivered, []);
  world.run(100);
  assertEquals(world.delivered, [1]);
});

Deno.test("DirectClientCore passes over a second ACK", () => {
  const world = DirectWorld.connected();
  const id = waiting(world);
  world.giveSealed(`${id}: ACK`);
  world.giveSealed(`${id}: ACK`);
  assertEquals([world.delivered, world.core.drops.of("unexpected")], [[1], 1]);
});

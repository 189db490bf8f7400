import { assert, assertEquals } from "@std/assert";
import {
  DirectAttackers,
  drawDirectAttack,
  halfMessage,
  junkBlock,
} from "../../../../scripts/soak/direct/direct_attackers.ts";
import { RecentDatagrams } from "../../../../scripts/soak/direct/recent_datagrams.ts";
import { CapturedDatagrams } from "../../../../scripts/soak/fleet/attack/captured_datagrams.ts";
import { SeededRandom } from "../../../../scripts/seeded_random.ts";
import { UdpSocket } from "../../../../src/session/udp_socket.ts";
import { tryDecodeDirectFragment } from "../../../../src/wire/direct_frame.ts";
import { waitFor } from "../../../support/wait_for.ts";

Deno.test("drawDirectAttack() draws everything, and junk RSA blocks seldom", () => {
  const random = new SeededRandom(3);
  const drawn = Array.from({ length: 5_000 }, () => drawDirectAttack(random));
  assertEquals(new Set(drawn).size, 12);
  const blocks = drawn.filter((name) => name === "rsa_block").length;
  assert(blocks > 100 && blocks < 300, `${blocks}`);
});

Deno.test("junkBlock() is as long as a block, and below any modulus of that length", () => {
  const block = junkBlock(new SeededRandom(3), 512);
  assertEquals([block.byteLength, block[0]], [512, 0]);
});

Deno.test("halfMessage() is a fragment of a message that has others", () => {
  const random = new SeededRandom(3);
  for (let turn = 0; turn < 200; turn++) {
    const fragment = tryDecodeDirectFragment(halfMessage(random));
    assert(fragment !== undefined && fragment.total >= 2 && fragment.chunk.byteLength > 0);
  }
});

Deno.test("DirectAttackers sends junk to the server, and replays in a client's place", async () => {
  let received = 0;
  let [injected, replayed] = [0, 0];
  await using server = UdpSocket.open({ hostname: "127.0.0.1", port: 0 });
  const receiving = server.receive(() => void received++);
  const random = new SeededRandom(4);
  const captured = new CapturedDatagrams(8, random.fork());
  captured.add(new Uint8Array(100));
  await using attackers = new DirectAttackers({
    server: server.local,
    blockBytes: 512,
    perSecond: 2_000,
    random,
    captured,
    recent: new RecentDatagrams(1_000, 8),
    keys: ["-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"],
    injectInPlace: () => {
      injected++;
      return true;
    },
    replayInPlace: () => ++replayed > 0,
  });
  await waitFor(() => received > 50 && injected > 5 && replayed > 0);
  assert(attackers.total > 50 && Number(attackers.sent.replay) > 0);
  assertEquals(attackers.sent.plain_replay, undefined, "nothing of that kind was captured");
  await attackers[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await receiving;
});

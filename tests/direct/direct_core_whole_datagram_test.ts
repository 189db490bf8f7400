import { assert, assertEquals } from "@std/assert";
import { oaepEncode } from "../../src/crypto/oaep_encoding.ts";
import { i2osp, os2ip, rsaPublicOperation } from "../../src/crypto/rsa_public_operation.ts";
import { tryDecodeDirectFragment } from "../../src/wire/direct_frame.ts";
import { DirectHarness } from "../support/direct_harness.ts";
import { DirectRealServer } from "../support/direct_real_server.ts";
import { RsaTestKey } from "../support/direct_rsa_test_key.ts";
import { SeededRandom } from "../support/seeded_random.ts";

const SEED = Number(Deno.env.get("HUSHCAST_TEST_SEED") ?? 1985);
const WANTED = 12;

/** A block of a real key, and what it says. */
interface RealBlock {
  readonly text: string;
  readonly block: Uint8Array;
}

/**
 * Searches for ciphertexts whose bytes 5 and 6 make a valid header of a fragment, or none. Each
 * comes from a seed that is drawn anew, so the same ones are found at every run.
 */
function findBlocks(key: RsaTestKey, looksLikeFragment: boolean): RealBlock[] {
  const random = new SeededRandom(SEED);
  const found: RealBlock[] = [];
  for (let attempt = 0; found.length < WANTED; attempt++) {
    const text = `message ${attempt}`;
    const { modulusBytes, numbers } = key;
    const encoded = oaepEncode(new TextEncoder().encode(text), random.bytes(32), modulusBytes);
    const block = i2osp(rsaPublicOperation(os2ip(encoded), numbers), modulusBytes);
    if ((tryDecodeDirectFragment(block) !== undefined) === looksLikeFragment) {
      found.push({ text, block });
    }
  }
  return found;
}

for (const looksLikeFragment of [true, false]) {
  const look = looksLikeFragment ? "looks like a fragment" : "looks like none";
  Deno.test(`receive() takes a real ciphertext that ${look} as a whole message, seed ${SEED}`, async () => {
    const blocks = findBlocks(await RsaTestKey.read(2048), looksLikeFragment);
    const server = await DirectRealServer.start();
    const client = server.harness.stranger();
    for (const { block } of blocks) {
      client.send(block);
      await server.work();
    }
    assertEquals(server.harness.texts(), blocks.map(({ text }) => text));
    assertEquals(client.heard(), blocks.map(() => "ACK"));
  });
}

for (
  const { name, looksLikeFragment, drops, fragments } of [
    { name: "takes", looksLikeFragment: true, drops: {}, fragments: 1 },
    { name: "does not take", looksLikeFragment: false, drops: { undecryptable: 1 }, fragments: 0 },
  ]
) {
  const look = looksLikeFragment ? "looks like one" : "does not look like one";
  Deno.test(`receive() ${name} a changed ciphertext for a fragment that ${look}`, async () => {
    const [first] = findBlocks(await RsaTestKey.read(2048), looksLikeFragment);
    assert(first !== undefined);
    const changed = first.block.slice();
    changed[100] = (changed[100] ?? 0) ^ 1;
    const server = await DirectRealServer.start();
    const { harness } = server;
    const client = harness.stranger();
    client.send(changed);
    await server.work();
    assertEquals([harness.messages, client.heard(), harness.drops()], [[], [], drops]);
    assertEquals([harness.stat("rsa.decryptions"), harness.stat("fragments.in")], [1, fragments]);
  });
}

for (const count of [1, 2, 7]) {
  Deno.test(`receive() keeps ${count} of the datagrams that decrypt after one that does not`, () => {
    const harness = new DirectHarness();
    const client = harness.stranger();
    harness.held.add("decrypt_block");
    client.send(new Uint8Array(512));
    const texts = Array.from({ length: count }, (_, number) => `message ${number}`);
    for (const text of texts) client.send(client.plain(text, { looksLikeFragment: true }));
    harness.doJobs();
    assertEquals(harness.texts(), texts);
    assertEquals(harness.drops(), { undecryptable: 1 });
  });
}

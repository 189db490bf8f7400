import { assert, assertEquals } from "@std/assert";
import { oaepEncode } from "../../src/crypto/oaep_encoding.ts";
import { RsaDecryptError } from "../../src/crypto/rsa_error.ts";
import { RsaPrivateKey } from "../../src/crypto/rsa_private_key.ts";
import { i2osp, os2ip, rsaPublicOperation } from "../../src/crypto/rsa_public_operation.ts";
import { tryDecodeDirectFragment } from "../../src/wire/direct_frame.ts";
import { DirectHarness } from "../support/direct_harness.ts";
import { rsaTestFile, RsaTestKey } from "../support/direct_rsa_test_key.ts";
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

/** A server whose decryptions are real. */
class RealRsaServer {
  readonly harness = new DirectHarness({ serverModulusBytes: 256 });
  readonly client = this.harness.stranger();
  readonly #key: RsaPrivateKey;

  private constructor(key: RsaPrivateKey) {
    this.#key = key;
    this.harness.held.add("decrypt_block");
  }

  static async start(): Promise<RealRsaServer> {
    return new RealRsaServer(await RsaPrivateKey.import(rsaTestFile("rsa_2048.pem")));
  }

  /** Sends it a datagram, and decrypts what it asks for. */
  async receive(datagram: Uint8Array): Promise<void> {
    this.client.send(datagram);
    for (let [job] = this.harness.jobs; job?.type === "decrypt_block"; [job] = this.harness.jobs) {
      this.harness.decrypted(await this.#decrypt(job.block));
    }
  }

  async #decrypt(block: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      return await this.#key.decrypt(block);
    } catch (error) {
      if (error instanceof RsaDecryptError) return undefined;
      throw error;
    }
  }
}

for (const looksLikeFragment of [true, false]) {
  const look = looksLikeFragment ? "looks like a fragment" : "looks like none";
  Deno.test(`receive() takes a real ciphertext that ${look} as a whole message, seed ${SEED}`, async () => {
    const blocks = findBlocks(await RsaTestKey.read(2048), looksLikeFragment);
    const server = await RealRsaServer.start();
    for (const { block } of blocks) await server.receive(block);
    assertEquals(server.harness.texts(), blocks.map(({ text }) => text));
    assertEquals(server.client.heard(), blocks.map(() => "ACK"));
  });
}

Deno.test("receive() takes a changed ciphertext that looks like a fragment as one", async () => {
  const [first] = findBlocks(await RsaTestKey.read(2048), true);
  assert(first !== undefined);
  const changed = first.block.slice();
  changed[100] = (changed[100] ?? 0) ^ 1;
  const server = await RealRsaServer.start();
  await server.receive(changed);
  const { harness, client } = server;
  assertEquals([harness.messages, client.heard(), harness.drops()], [[], [], {}]);
  assertEquals([harness.stat("rsa.decryptions"), harness.stat("fragments.in")], [1, 1]);
});

Deno.test("receive() keeps silent about a changed ciphertext that looks like no fragment", async () => {
  const [first] = findBlocks(await RsaTestKey.read(2048), false);
  assert(first !== undefined);
  const changed = first.block.slice();
  changed[100] = (changed[100] ?? 0) ^ 1;
  const server = await RealRsaServer.start();
  await server.receive(changed);
  const { harness, client } = server;
  assertEquals([harness.messages, client.heard()], [[], []]);
  assertEquals(harness.drops(), { undecryptable: 1 });
});

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

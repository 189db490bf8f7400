import { importSpkiDer } from "../../src/crypto/rsa_import.ts";
import { RsaPrivateKey } from "../../src/crypto/rsa_private_key.ts";
import { sha256 } from "../../src/crypto/sha256.ts";
import { RsaWorker } from "../../src/direct/rsa_worker.ts";
import { DirectHarness } from "./direct_harness.ts";
import { rsaTestFile } from "./direct_rsa_test_key.ts";

/** A direct core in a fake world whose RSA operations are all done by a worker, with real keys. */
export class DirectRealServer {
  readonly harness: DirectHarness;
  /** `rsa_2048.pem` of the test data. */
  readonly key: RsaPrivateKey;
  readonly #worker: RsaWorker;

  private constructor(key: RsaPrivateKey) {
    const { publicPem, publicDer, modulusBytes } = key;
    const pem = new TextEncoder().encode(publicPem);
    this.key = key;
    this.#worker = new RsaWorker(key, 1);
    this.harness = new DirectHarness({
      serverKey: { pem, digest: sha256(publicDer), modulusBytes },
    });
    const { held } = this.harness;
    held.add("import_key").add("decrypt_block").add("encrypt_blocks").add("verify_signature");
  }

  /** Starts one. */
  static async start(): Promise<DirectRealServer> {
    return new DirectRealServer(await RsaPrivateKey.import(rsaTestFile("rsa_2048.pem")));
  }

  /** Does all operations that the core asks for, and those that they bring about. */
  async work(): Promise<void> {
    const { harness } = this;
    for (let job = harness.jobs.shift(); job !== undefined; job = harness.jobs.shift()) {
      const outcome = await this.#worker.perform(job);
      harness.carryOut(outcome(harness.core, harness.clock.now));
    }
  }

  /** Encrypts a short plaintext for the server. */
  async encrypt(plaintext: Uint8Array): Promise<Uint8Array> {
    const publicKey = await importSpkiDer(this.key.publicDer);
    return await publicKey.encrypt(plaintext);
  }
}

/**
 * Measures the direct protocol: RSA, the core without sockets, and a client and a server that talk
 * by real sockets on this machine.
 *
 *     deno task bench:direct [--seconds N]
 */
import { DirectClient } from "../src/client/mod.ts";
import { Fernet } from "../src/crypto/fernet.ts";
import { RsaPrivateKey } from "../src/crypto/rsa_private_key.ts";
import { importSpkiPem, type RsaModulusBits } from "../src/crypto/rsa.ts";
import { DirectCore } from "../src/direct/direct_core.ts";
import { DirectServer } from "../src/direct/mod.ts";
import { directFragments } from "../src/wire/direct_frame.ts";
import { encodeHybridKey } from "../src/wire/hybrid_key.ts";
import { encodeTlvs } from "../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES as TYPES } from "../src/wire/tlv_types.ts";
import { encodeU64 } from "../src/wire/u64.ts";
import { beginBench, row } from "./bench_report.ts";

const MODULUS_BYTES = 512;
const MESSAGE_BYTES = 300;
const FROM = { hostname: "192.0.2.1", port: 1 };

const now = () => ({ monotonicMs: performance.now(), unixMs: Date.now() });

/** Calls a function one time after the other for a while. Returns milliseconds a call. */
async function measure(seconds: number, run: () => Promise<unknown> | void): Promise<number> {
  await run();
  const startMs = performance.now();
  const endMs = startMs + seconds * 1000;
  let count = 0;
  for (; performance.now() < endMs; count++) await run();
  return (performance.now() - startMs) / count;
}

async function benchRsa(seconds: number): Promise<void> {
  console.log("\nRSA, milliseconds a call");
  row("bits", "decrypt", "sign", "encrypt", "verify");
  for (const bits of [2048, 3072, 4096] satisfies RsaModulusBits[]) {
    const own = await RsaPrivateKey.generate(bits);
    const key = await importSpkiPem(own.publicPem);
    const data = new Uint8Array(47);
    const block = await key.encrypt(data);
    const signature = await own.sign(data);
    const figures = [
      await measure(seconds, () => own.decrypt(block)),
      await measure(seconds, () => own.sign(data)),
      await measure(seconds, () => key.encrypt(data)),
      await measure(seconds, () => key.verify(signature, data)),
    ];
    row(bits, ...figures.map((ms) => ms.toFixed(2)));
  }
}

function startCore(): DirectCore {
  return new DirectCore({
    types: TYPES,
    serverKey: {
      pem: new Uint8Array(800),
      digest: new Uint8Array(32),
      modulusBytes: MODULUS_BYTES,
    },
    clientTimeoutMs: 3_600_000,
    fragmentTimeoutMs: 10_000,
    maxMessageAgeSeconds: 60,
    maxMessageBytes: 1 << 20,
    maxTransferBytes: 1 << 26,
    maxClients: 10_000,
    maxFragmentBytes: 490,
    rsaConcurrency: 1,
    notBeforeUnixSeconds: 0,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    readerHasRoom: () => true,
  }, now());
}

/** Hybrid messages of one client, as datagrams; only the first costs the server RSA. */
class HybridSender {
  readonly #block = crypto.getRandomValues(new Uint8Array(MODULUS_BYTES));
  readonly #fernetKey = Fernet.generateKey();
  readonly #fernet = new Fernet(this.#fernetKey);
  #count = 0;

  /** What the block "holds". */
  get blockPlaintext(): Uint8Array {
    return encodeHybridKey(this.#fernetKey);
  }

  next(): Uint8Array[] {
    const value = encodeU64(BigInt(++this.#count));
    const token = this.#fernet.encrypt(encodeTlvs([
      { type: TYPES.CLIENT_SEQUENCE, value },
      { type: TYPES.MESSAGE, value: new Uint8Array(MESSAGE_BYTES) },
    ]));
    const body = new Uint8Array(MODULUS_BYTES + token.byteLength);
    body.set(this.#block);
    body.set(token, MODULUS_BYTES);
    return directFragments(this.#count, body, 1_194, MODULUS_BYTES);
  }
}

async function benchCore(seconds: number): Promise<void> {
  console.log("\nDirect core without RSA, microseconds");
  const core = startCore();
  const sender = new HybridSender();
  for (const datagram of sender.next()) {
    for (const effect of core.receive(datagram, FROM, now())) {
      if (effect.type !== "decrypt_block") continue;
      core.blockDecrypted(effect.jobId, sender.blockPlaintext, now());
    }
  }
  const sealMs = await measure(seconds, () => void sender.next());
  const bothMs = await measure(seconds, () => {
    for (const datagram of sender.next()) core.receive(datagram, FROM, now());
  });
  row(
    "a hybrid message of 300 bytes, known key".padStart(42),
    (1000 * (bothMs - sealMs)).toFixed(1),
  );
  const garbage = crypto.getRandomValues(new Uint8Array(MODULUS_BYTES));
  const dropMs = await measure(seconds, () => void core.receive(garbage, FROM, now()));
  row("a garbage block, its lane being busy".padStart(42), (1000 * dropMs).toFixed(1));
}

async function benchSockets(): Promise<void> {
  console.log("\nClient and server by sockets on 127.0.0.1, in one process");
  await using server = await DirectServer.start({ onMessage: () => undefined });
  const address = server.local;
  const runs = [
    { name: "5 MB hybrid", bytes: 5_000_000, plainRsa: false, fragment: 1_194 },
    { name: "5 MB hybrid, fragments of 490", bytes: 5_000_000, plainRsa: false, fragment: 490 },
    { name: "100 kB plain RSA-4096", bytes: 100_000, plainRsa: true, fragment: 1_194 },
  ];
  row("message".padStart(32), "seconds", "MB/s");
  for (const { name, bytes, plainRsa, fragment } of runs) {
    await using client = await DirectClient.connect({
      server: address,
      plainRsa,
      maxFragmentBytes: fragment,
      timeoutMs: 60_000,
    });
    await client.send("first");
    const startMs = performance.now();
    await client.send(new Uint8Array(bytes));
    const seconds = (performance.now() - startMs) / 1000;
    row(name.padStart(32), seconds.toFixed(2), (bytes / seconds / 1e6).toFixed(2));
  }
}

const seconds = beginBench();
await benchRsa(seconds);
await benchCore(seconds);
await benchSockets();

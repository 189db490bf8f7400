import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { Fernet } from "../../src/crypto/fernet.ts";
import { RsaPrivateKey } from "../../src/crypto/rsa_private_key.ts";
import { importSpkiDer } from "../../src/crypto/rsa_import.ts";
import { sha256 } from "../../src/crypto/sha256.ts";
import { type RsaEffect, RsaWorker } from "../../src/direct/rsa_worker.ts";
import { RsaMeter } from "../../src/observe/rsa_meter.ts";
import { StoredRsaPublicKey } from "../../src/direct/stored_rsa_public_key.ts";
import { encodeHybridKey } from "../../src/wire/hybrid_key.ts";
import { signedBytes } from "../../src/wire/signed_bytes.ts";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { DirectHarness } from "../support/direct_harness.ts";
import { DirectRealServer } from "../support/direct_real_server.ts";
import { rsaTestFile } from "../support/direct_rsa_test_key.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { namedTlv } from "../support/named_tlv.ts";

const NOW = { monotonicMs: 0, unixMs: 0 };

Deno.test("RsaWorker.perform() does all that a core asks for, with real keys", async () => {
  const server = await DirectRealServer.start();
  const { harness } = server;
  const client = harness.stranger();
  const clientKey = await RsaPrivateKey.import(rsaTestFile("rsa_3072.pem"));
  client.sendText(clientKey.publicPem);
  const message = new TextEncoder().encode("signed");
  const data = signedBytes(sha256(server.key.publicDer), 1n, message);
  const tlvs = [
    namedTlv("CLIENT_SEQUENCE", encodeU64(1n)),
    namedTlv("SIGNATURE", await clientKey.sign(data)),
    namedTlv("MESSAGE", message),
  ];
  const fernetKey = Fernet.generateKey();
  const now = harness.clock.now.unixMs / 1000;
  const token = new Fernet(fernetKey).encrypt(encodeTlvs(tlvs), { now });
  const body = concat([await server.encrypt(encodeHybridKey(fernetKey)), token]);
  client.send(...client.fragments(body, { messageId: 7 }));
  await server.work();
  const [received] = harness.messages;
  assertEquals([received?.signedBy, harness.texts()], [clientKey.fingerprint, ["signed"]]);
  const [answer = new Uint8Array()] = client.datagrams();
  assertEquals(new TextDecoder().decode(await clientKey.decrypt(answer)), "7: ACK");
});

Deno.test("RsaWorker.perform() tells the core what is wrong, and never throws for a peer's bytes", async () => {
  const server = await DirectRealServer.start();
  const { harness } = server;
  const client = harness.stranger();
  client.send(rsaTestFile("rsa_2048_public.pem").map((byte, index) => index === 99 ? 63 : byte));
  client.send(new Uint8Array(256));
  client.send(await server.encrypt(new TextEncoder().encode("hi")));
  await server.work();
  const [refused] = harness.reported;
  assert(refused?.type === "key_refused" && refused.reason.startsWith("Cannot read RSA key"));
  assertEquals([harness.texts(), client.heard()], [["hi"], ["ACK"]]);
  assertEquals(harness.drops(), { malformed: 1, undecryptable: 1 });
});

Deno.test("RsaWorker.perform() takes a kept key that is none for one that can't be used", async () => {
  const worker = new RsaWorker(await RsaPrivateKey.import(rsaTestFile("rsa_2048.pem")), 1);
  const { core } = new DirectHarness();
  const key = new StoredRsaPublicKey(new Uint8Array(300), 2048);
  const bytes = new Uint8Array(1);
  const outcomes = [
    await worker.perform({ type: "encrypt_blocks", jobId: 1, key, plaintexts: [bytes] }),
    await worker.perform({
      type: "verify_signature",
      jobId: 2,
      key,
      signature: bytes,
      signedBytes: bytes,
    }),
  ];
  for (const outcome of outcomes) assertEquals(outcome(core, NOW), []);
});

Deno.test("RsaWorker.perform() measures each operation from its own start", async () => {
  const told: string[] = [];
  const clock = new FakeClock();
  const meter = new RsaMeter(
    (seconds, operation) => told.push(`${operation} ${seconds}`),
    () => clock.advance(1).monotonicMs,
  );
  const privateKey = await RsaPrivateKey.import(rsaTestFile("rsa_2048.pem"));
  const worker = new RsaWorker(privateKey, 1, meter);
  const key = await importSpkiDer(privateKey.publicDer);
  const [jobId, bytes] = [1, new Uint8Array(1)];
  const effects: RsaEffect[] = [
    { type: "import_key", jobId, pem: rsaTestFile("rsa_2048_public.pem") },
    { type: "decrypt_block", jobId, block: new Uint8Array(256) },
    { type: "encrypt_blocks", jobId, key, plaintexts: [bytes, bytes] },
    { type: "verify_signature", jobId, key, signature: new Uint8Array(256), signedBytes: bytes },
  ];
  // All at once: what waits for its turn is not measured, so that no two operations overlap.
  await Promise.all(effects.map((effect) => worker.perform(effect)));
  assertEquals(told.toSorted(), [
    "decrypt 0.001",
    "encrypt 0.001",
    "encrypt 0.001",
    "import 0.001",
    "verify 0.001",
  ]);
  assertEquals(meter.decryptSeconds, 0.001);
});

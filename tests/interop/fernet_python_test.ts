import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { createCipheriv } from "node:crypto";
import { Fernet, FernetError } from "../../src/crypto/fernet.ts";
import { Identity, verifyServerIdentity } from "../../src/crypto/identity.ts";
import {
  exportSpkiPem,
  generateRsaKeyPair,
  importSpkiPem,
  rsaDecrypt,
  RsaDecryptError,
  rsaEncrypt,
  spkiDer,
} from "../../src/crypto/rsa.ts";
import { encodeSpkiPem } from "../../src/crypto/spki_pem.ts";
import { PythonPeer, pythonTest } from "../support/python.ts";

const SCRIPT = new URL("./fernet_peer.py", import.meta.url);
const LONGEST_PLAINTEXT = 100_000;
const EDGE_LENGTHS = [0, 1, 15, 16, 17, 31, 32, 33, 1199, 1200, 65_535, LONGEST_PLAINTEXT];

const seed = Number(Deno.env.get("HUSHCAST_TEST_SEED") ?? 1985);

type Reply = Readonly<Record<string, unknown>>;

/** Python's `cryptography`, asked by the names of the operations in the script. */
class Cryptography implements AsyncDisposable {
  readonly #peer: PythonPeer;

  constructor(python: string) {
    this.#peer = new PythonPeer(python, SCRIPT);
  }

  async ask(operation: string, request: Reply = {}): Promise<Reply> {
    const reply = await this.#peer.request({ operation, ...request });
    if (typeof reply !== "object" || reply === null) throw new TypeError("Reply is no object");
    return { ...reply };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#peer[Symbol.asyncDispose]();
  }
}

pythonTest("Fernet and Python's cryptography open each other's tokens", async (python) => {
  console.info(`seed ${seed}: set HUSHCAST_TEST_SEED to try another one`);
  await using cryptography = new Cryptography(python);
  const length = fc.oneof(fc.constantFrom(...EDGE_LENGTHS), fc.nat(LONGEST_PLAINTEXT));
  await fc.assert(
    fc.asyncProperty(fc.nat(), length, fc.nat(), async (keySeed, length, at) => {
      const key = Fernet.generateKeyFrom(pseudoRandom(keySeed, 32));
      const plaintext = pseudoRandom(keySeed + 1, length);
      const fernet = new Fernet(key);

      const ours = new TextDecoder().decode(fernet.encrypt(plaintext));
      const read = await cryptography.ask("fernet_decrypt", { key, token: ours });
      assertEquals(read, { plaintext: plaintext.toBase64() });

      const now = 1_700_000_000 + (at % 1000);
      const request = { key, plaintext: plaintext.toBase64(), now };
      const theirs = textOf(await cryptography.ask("fernet_encrypt", request), "token");
      assertEquals(fernet.decrypt(theirs, { now, ttl: 0 }), plaintext);

      for (const token of [withBitFlipped(ours, at), withBitFlipped(theirs, at)]) {
        assertEquals(fernet.open(token).ok, false);
        const refused = await cryptography.ask("fernet_decrypt", { key, token });
        assertEquals(refused, { refused: "InvalidToken" });
      }
    }),
    { seed, numRuns: 60 },
  );
});

pythonTest("Fernet and Python's cryptography draw the same line at every age", async (python) => {
  await using cryptography = new Cryptography(python);
  const key = Fernet.generateKeyFrom(pseudoRandom(seed, 32));
  const fernet = new Fernet(key);
  const madeAt = 1_700_000_000;
  const token = new TextDecoder().decode(fernet.encrypt(new Uint8Array(5), { now: madeAt }));
  for (const ttl of [0, 1, 60]) {
    for (const age of [-3600, -62, -61, -60, -59, -1, 0, 1, 2, 59, 60, 61, 62, 3600]) {
      const options = { ttl, now: madeAt + age };
      const theirs = await cryptography.ask("fernet_decrypt", { key, token, ...options });
      const decrypt = () => fernet.decrypt(token, options);
      if ("refused" in theirs) assertThrows(decrypt, FernetError);
      else assertEquals({ plaintext: decrypt().toBase64() }, theirs);
    }
  }
});

pythonTest(
  "Fernet and Python's cryptography refuse each other's keys cut short",
  async (python) => {
    await using cryptography = new Cryptography(python);
    const key = Fernet.generateKeyFrom(pseudoRandom(seed, 32));
    for (const badKey of [key.slice(0, -1), key.slice(4), `AAAA${key}`, ""]) {
      assertThrows(() => new Fernet(badKey), FernetError);
      const reply = await cryptography.ask("fernet_encrypt", {
        key: badKey,
        plaintext: "",
        now: 1,
      });
      assertEquals("refused" in reply, true);
    }
  },
);

pythonTest(
  "RSA keys and blocks pass between WebCrypto and Python's cryptography",
  async (python) => {
    await using cryptography = new Cryptography(python);
    const { publicKey, privateKey } = await generateRsaKeyPair(2048);
    const pem = await exportSpkiPem(publicKey);
    const theirPem = textOf(await cryptography.ask("rsa_public_key"), "pem");
    const theirs = await importSpkiPem(theirPem);

    assertEquals(await cryptography.ask("rsa_rewrite", { pem }), { pem, bits: 2048 });
    assertEquals(encodeSpkiPem(theirs.der), theirPem);

    for (const length of [0, 44, 190]) {
      const plaintext = pseudoRandom(seed, length);
      const ciphertext = (await theirs.encrypt(plaintext)).toBase64();
      const read = await cryptography.ask("rsa_decrypt", { ciphertext });
      assertEquals(read, { plaintext: plaintext.toBase64() });

      const reply = await cryptography.ask("rsa_encrypt", { pem, plaintext: plaintext.toBase64() });
      assertEquals(await rsaDecrypt(privateKey, bytesOf(reply, "ciphertext")), plaintext);
    }

    const forUs = await rsaEncrypt(publicKey, new Uint8Array(44));
    const forThem = await theirs.encrypt(new Uint8Array(44));
    await assertRejects(() => rsaDecrypt(privateKey, forThem), RsaDecryptError);
    const refused = await cryptography.ask("rsa_decrypt", { ciphertext: forUs.toBase64() });
    assertEquals("refused" in refused, true);
  },
);

pythonTest("server identities pass between WebCrypto and Python's cryptography", async (python) => {
  await using cryptography = new Cryptography(python);
  const der = await spkiDer((await generateRsaKeyPair(2048)).publicKey);
  const spki = der.toBase64();
  const notAfter = 2 ** 33;
  const identity = await Identity.generate();
  const signature = await identity.signServerIdentity(der, notAfter);
  const claim = {
    public_key: identity.publicKey.toBase64(),
    signature: signature.toBase64(),
    not_after: notAfter,
    spki,
  };
  assertEquals(await cryptography.ask("identity_verify", claim), {});
  const late = await cryptography.ask("identity_verify", { ...claim, not_after: notAfter + 1 });
  assertEquals(late, { refused: "InvalidSignature" });

  const signed = await cryptography.ask("identity_sign", { spki, not_after: notAfter });
  const theirs = {
    publicKey: bytesOf(signed, "public_key"),
    signature: bytesOf(signed, "signature"),
    notAfter,
    spkiDer: der,
    nowUnixSeconds: 0,
  };
  assertEquals(await verifyServerIdentity(theirs), { ok: true });
  const forged = await verifyServerIdentity({ ...theirs, notAfter: notAfter + 1 });
  assertEquals(forged, { ok: false, code: "IDENTITY_SIGNATURE" });
});

/** Bytes that depend on the seed alone. */
function pseudoRandom(seed: number, length: number): Uint8Array {
  const key = new Uint8Array(16);
  new DataView(key.buffer).setFloat64(0, seed);
  const stream = createCipheriv("aes-128-ctr", key, new Uint8Array(16));
  const bytes = new Uint8Array(stream.update(new Uint8Array(length)));
  stream.final();
  return bytes;
}

/** The same token with one bit of its bytes changed, any one but for the version. */
function withBitFlipped(token: string, at: number): string {
  const bytes = Uint8Array.fromBase64(token, { alphabet: "base64url" });
  const bit = 8 + at % (bytes.byteLength * 8 - 8);
  const flipped = bytes.with(bit >> 3, (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
  return flipped.toBase64({ alphabet: "base64url" });
}

function textOf(reply: Reply, field: string): string {
  const value = reply[field];
  if (typeof value !== "string") throw new TypeError(`Reply has no ${field}`);
  return value;
}

function bytesOf(reply: Reply, field: string): Uint8Array {
  return Uint8Array.fromBase64(textOf(reply, field));
}

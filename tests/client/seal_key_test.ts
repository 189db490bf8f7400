import { assert, assertEquals } from "@std/assert";
import { RelayIdentityError } from "../../src/client/relay_identity_error.ts";
import { type RelayJudge, sealKey } from "../../src/client/seal_key.ts";
import { Fernet } from "../../src/crypto/fernet.ts";
import { Identity } from "../../src/crypto/identity.ts";
import { exportSpkiPem, generateRsaKeyPair, rsaDecrypt, spkiDer } from "../../src/crypto/rsa.ts";
import { encodeServerIdentity } from "../../src/wire/server_identity.ts";

const NOW = 1_700_000_000;
const FROM = { hostname: "127.0.0.1", port: 1 };
const TRUSTS_ALL: RelayJudge = { judge: () => Promise.resolve(undefined) };

async function relay(notAfter = NOW + 60) {
  const rsa = await generateRsaKeyPair(2048);
  const identity = await Identity.generate();
  const signature = await identity.signServerIdentity(await spkiDer(rsa.publicKey), notAfter);
  return {
    rsa,
    identity,
    pem: new TextEncoder().encode(await exportSpkiPem(rsa.publicKey)),
    value: encodeServerIdentity({
      publicKey: identity.publicKey,
      notAfter: BigInt(notAfter),
      signature,
    }),
  };
}

function job(pem: Uint8Array, identity?: Uint8Array) {
  return { jobId: 1, answer: { from: FROM, pem, identity }, fernetKey: Fernet.generateKey() };
}

Deno.test("sealKey() encrypts the key for the relay and gives its fingerprint", async () => {
  const { rsa, identity, pem, value } = await relay();
  const wanted = job(pem, value);
  const result = await sealKey(wanted, TRUSTS_ALL, NOW);
  assert(result.outcome === "sealed");
  assertEquals(result.fingerprint, identity.fingerprint);
  const plaintext = await rsaDecrypt(rsa.privateKey, result.encryptedKey);
  assertEquals(new TextDecoder().decode(plaintext), wanted.fernetKey);
});

Deno.test("sealKey() asks the judge about a relay without identity", async () => {
  const { pem } = await relay();
  const asked: (string | undefined)[] = [];
  const judge: RelayJudge = {
    judge(fingerprint) {
      asked.push(fingerprint);
      return Promise.resolve(undefined);
    },
  };
  const result = await sealKey(job(pem), judge, NOW);
  assertEquals(result.outcome === "sealed" && result.fingerprint, undefined);
  assertEquals(asked, [undefined]);
});

Deno.test("sealKey() gives no key to a relay that is not trusted", async () => {
  const { pem, value } = await relay();
  const dispute = { relay: "a:1", expected: "b", got: "c", place: undefined };
  const error = new RelayIdentityError("IDENTITY_MISMATCH", dispute);
  const result = await sealKey(job(pem, value), { judge: () => Promise.resolve(error) }, NOW);
  assertEquals(result, { outcome: "untrusted", error });
});

Deno.test("sealKey() takes a signature to its last second, and no further", async () => {
  const { pem, value } = await relay(NOW);
  assertEquals((await sealKey(job(pem, value), TRUSTS_ALL, NOW)).outcome, "sealed");
  assertEquals((await sealKey(job(pem, value), TRUSTS_ALL, NOW + 1)).outcome, "unusable");
});

Deno.test("sealKey() refuses a signature of another key", async () => {
  const [one, other] = await Promise.all([relay(), relay()]);
  assertEquals((await sealKey(job(one.pem, other.value), TRUSTS_ALL, NOW)).outcome, "unusable");
});

for (
  const { name, pem } of [
    { name: "no bytes", pem: "" },
    { name: "no PEM", pem: "hello" },
    {
      name: "PEM of something else",
      pem: "-----BEGIN PUBLIC KEY-----\naGVsbG8=\n-----END PUBLIC KEY-----\n",
    },
  ]
) {
  Deno.test(`sealKey() takes ${name} for no key`, async () => {
    const result = await sealKey(job(new TextEncoder().encode(pem)), TRUSTS_ALL, NOW);
    assertEquals(result.outcome, "unusable");
  });
}

Deno.test("sealKey() takes an identity of another length for none that is proven", async () => {
  const { pem, value } = await relay();
  for (const identity of [new Uint8Array(), value.subarray(1), new Uint8Array(105)]) {
    assertEquals((await sealKey(job(pem, identity), TRUSTS_ALL, NOW)).outcome, "unusable");
  }
});

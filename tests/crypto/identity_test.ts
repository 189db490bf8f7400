import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import {
  Identity,
  IdentityError,
  identityFingerprint,
  isFingerprint,
  type ServerIdentityClaim,
  verifyServerIdentity,
} from "../../src/crypto/identity.ts";
import { sha256 } from "../../src/crypto/sha256.ts";

const SPKI = Uint8Array.from({ length: 294 }, (_, index) => index & 0xff);
const NOT_AFTER = 1_700_000_000n;

const identity = await Identity.generate();
const otherIdentity = await Identity.generate();
const claim: ServerIdentityClaim = {
  publicKey: identity.publicKey,
  notAfter: NOT_AFTER,
  signature: await identity.signServerIdentity(SPKI, NOT_AFTER),
  spkiDer: SPKI,
  nowUnixSeconds: NOT_AFTER,
};

Deno.test("Identity.generate() makes a new key each time", () => {
  assertEquals(identity.publicKey.byteLength, 32);
  assertNotEquals(otherIdentity.publicKey, identity.publicKey);
});

Deno.test("Identity.import() takes up what exportPkcs8() gave", async () => {
  const stored = await identity.exportPkcs8();
  const again = await Identity.import(stored);
  assertEquals(again.publicKey, identity.publicKey);
  assertEquals(again.fingerprint, identity.fingerprint);
  assertEquals(await again.exportPkcs8(), stored);
  assertEquals(await again.signServerIdentity(SPKI, NOT_AFTER), claim.signature);
});

Deno.test("Identity.import() gives the public key of RFC 8032, section 7.1, test 1", async () => {
  const pkcs8 = "302e020100300506032b657004220420" +
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
  const { publicKey } = await Identity.import(Uint8Array.fromHex(pkcs8));
  assertEquals(
    publicKey.toHex(),
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
  );
});

const stored = await identity.exportPkcs8();
const curveKey = await crypto.subtle.generateKey(
  { name: "ECDSA", namedCurve: "P-256" },
  true,
  ["sign", "verify"],
);
const unreadable = [
  { name: "nothing", pkcs8: new Uint8Array(0) },
  { name: "a raw seed", pkcs8: new Uint8Array(32) },
  { name: "a key cut short", pkcs8: stored.subarray(0, -1) },
  { name: "text", pkcs8: new TextEncoder().encode("-----BEGIN PRIVATE KEY-----") },
  {
    name: "a key of another kind",
    pkcs8: new Uint8Array(await crypto.subtle.exportKey("pkcs8", curveKey.privateKey)),
  },
];

for (const { name, pkcs8 } of unreadable) {
  Deno.test(`Identity.import() refuses ${name}`, async () => {
    const error = await assertRejects(() => Identity.import(pkcs8), IdentityError);
    assertEquals(error.code, "IDENTITY_KEY");
  });
}

Deno.test("an Identity shows its private key to nobody", async () => {
  const seed = (await identity.exportPkcs8()).slice(-32);
  const shown = Deno.inspect(identity, { showHidden: true, depth: 9 }) + JSON.stringify(identity);
  assertEquals(shown.includes(seed.toHex()) || shown.includes(seed.toBase64()), false);
  assertEquals(Object.keys(identity), ["publicKey"]);
});

Deno.test("identityFingerprint() is SHA-256 of the raw public key, as OpenSSH writes it", () => {
  const expected = `SHA256:${sha256(identity.publicKey).toBase64().replace("=", "")}`;
  assertEquals(identity.fingerprint, expected);
  assertEquals(identityFingerprint(identity.publicKey), expected);
  assertEquals(isFingerprint(expected), true);
});

Deno.test("signServerIdentity() signs the bytes of PROTOCOL 1.3", async () => {
  const context = new TextEncoder().encode("hushcast server identity v1\0");
  const notAfter = new Uint8Array(8);
  new DataView(notAfter.buffer).setBigUint64(0, NOT_AFTER);
  const signed = Uint8Array.of(...context, ...sha256(SPKI), ...notAfter);
  const key = await crypto.subtle.importKey("raw", identity.publicKey, "Ed25519", true, ["verify"]);
  const signature = new Uint8Array(claim.signature);
  assertEquals(signature.byteLength, 64);
  assertEquals(await crypto.subtle.verify("Ed25519", key, signature, signed), true);
});

const times: { name: string; nowUnixSeconds: bigint | number; code?: string }[] = [
  { name: "long before", nowUnixSeconds: 0 },
  { name: "in the last second", nowUnixSeconds: NOT_AFTER },
  { name: "in the last second, given as number", nowUnixSeconds: Number(NOT_AFTER) },
  { name: "one second past", nowUnixSeconds: NOT_AFTER + 1n, code: "IDENTITY_EXPIRED" },
  { name: "half a second past", nowUnixSeconds: 1_700_000_000.5, code: "IDENTITY_EXPIRED" },
];

for (const { name, nowUnixSeconds, code } of times) {
  Deno.test(`verifyServerIdentity() ${code ? "refuses" : "takes"} a signature ${name}`, async () => {
    const verdict = await verifyServerIdentity({ ...claim, nowUnixSeconds });
    assertEquals(verdict.ok ? undefined : verdict.code, code);
  });
}

const forged: { name: string; change: Partial<ServerIdentityClaim> }[] = [
  { name: "a later not-after", change: { notAfter: NOT_AFTER + 1n } },
  { name: "an earlier not-after", change: { notAfter: NOT_AFTER - 1n } },
  { name: "another RSA key", change: { spkiDer: SPKI.with(293, 0) } },
  { name: "no RSA key", change: { spkiDer: new Uint8Array(0) } },
  { name: "another identity's key", change: { publicKey: otherIdentity.publicKey } },
  { name: "a public key cut short", change: { publicKey: identity.publicKey.subarray(1) } },
  { name: "no public key", change: { publicKey: new Uint8Array(0) } },
  { name: "a public key that is no point", change: { publicKey: new Uint8Array(32).fill(0xff) } },
  { name: "a signature cut short", change: { signature: claim.signature.subarray(1) } },
  { name: "a signature of zeros", change: { signature: new Uint8Array(64) } },
  { name: "no signature", change: { signature: new Uint8Array(0) } },
];

for (const { name, change } of forged) {
  Deno.test(`verifyServerIdentity() refuses ${name}`, async () => {
    // Long expired as well: a forgery counts as forged, however old.
    const verdict = await verifyServerIdentity({ ...claim, ...change, nowUnixSeconds: 2n ** 64n });
    assertEquals(verdict, { ok: false, code: "IDENTITY_SIGNATURE" });
  });
}

Deno.test("verifyServerIdentity() refuses any one bit of key or signature flipped", async () => {
  for (const field of ["publicKey", "signature"] as const) {
    const bytes = claim[field];
    for (let bit = 0; bit < bytes.byteLength * 8; bit++) {
      const flipped = bytes.with(bit >> 3, (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
      const verdict = await verifyServerIdentity({ ...claim, [field]: flipped });
      assertEquals(verdict, { ok: false, code: "IDENTITY_SIGNATURE" }, `${field}, bit ${bit}`);
    }
  }
});

for (const notAfter of [0n, 0, 2n ** 32n, 2 ** 53 - 1, 2n ** 64n - 1n]) {
  Deno.test(`signServerIdentity() signs until ${notAfter}`, async () => {
    const signature = await identity.signServerIdentity(SPKI, notAfter);
    const verdict = await verifyServerIdentity({
      ...claim,
      notAfter,
      signature,
      nowUnixSeconds: 0,
    });
    assertEquals(verdict, { ok: true });
  });
}

for (const notAfter of [-1n, -1, 0.5, NaN, 2n ** 64n]) {
  Deno.test(`signServerIdentity() refuses to sign until ${notAfter}`, async () => {
    await assertRejects(() => identity.signServerIdentity(SPKI, notAfter), RangeError);
  });
}

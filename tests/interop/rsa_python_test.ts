import { assertEquals } from "@std/assert";
import { importSpkiDer } from "../../src/crypto/rsa_import.ts";
import { RsaPrivateKey } from "../../src/crypto/rsa_private_key.ts";
import { rsaTestFile, RsaTestKey } from "../support/direct_rsa_test_key.ts";
import { PythonPeer, pythonTest } from "../support/python.ts";

const SCRIPT = new URL("./rsa_peer.py", import.meta.url);
const MESSAGE = new TextEncoder().encode("pump 3 is off");

const BITS = [2048, 2049, 3072, 4095, 4096, 8192];

for (const bits of BITS) {
  pythonTest(
    `Python's cryptography decrypts what is encrypted for ${bits} bits`,
    async (python) => {
      await using peer = new PythonPeer(python, SCRIPT);
      const publicKey = await importSpkiDer((await RsaTestKey.read(bits)).spki);
      for (const length of [0, 44, publicKey.modulusBytes - 66]) {
        const plaintext = new Uint8Array(length).fill(0x5a);
        const block = (await publicKey.encrypt(plaintext)).toBase64();
        const reply = await peer.request({ operation: "decrypt", private: pemOf(bits), block });
        assertEquals(reply, { plaintext: plaintext.toBase64() });
      }
    },
  );

  pythonTest(`what Python's cryptography signs with ${bits} bits verifies`, async (python) => {
    await using peer = new PythonPeer(python, SCRIPT);
    const publicKey = await importSpkiDer((await RsaTestKey.read(bits)).spki);
    const data = MESSAGE.toBase64();
    const reply = await peer.request({ operation: "sign", private: pemOf(bits), data });
    const signature = bytesOf(reply, "signature");
    assertEquals(await publicKey.verify(signature, MESSAGE), true);
    assertEquals(await publicKey.verify(signature, MESSAGE.subarray(1)), false);
  });
}

pythonTest("RsaPrivateKey and Python's cryptography work together", async (python) => {
  await using peer = new PythonPeer(python, SCRIPT);
  const key = await RsaPrivateKey.import(rsaTestFile("rsa_3072.pem"));
  const shared = { public: key.publicPem };
  const sent = { operation: "encrypt", ...shared, plaintext: MESSAGE.toBase64() };
  assertEquals(await key.decrypt(bytesOf(await peer.request(sent), "block")), MESSAGE);

  const signature = (await key.sign(MESSAGE)).toBase64();
  const signed = { operation: "verify", ...shared, data: MESSAGE.toBase64(), signature };
  assertEquals(await peer.request(signed), {});
  const forged = { ...signed, data: MESSAGE.subarray(1).toBase64() };
  assertEquals(await peer.request(forged), { refused: "InvalidSignature" });
});

pythonTest("Python's cryptography takes up a key that is kept", async (python) => {
  await using peer = new PythonPeer(python, SCRIPT);
  const { key, pem } = await RsaPrivateKey.generateForKeeping(2048);
  const text = new TextDecoder().decode(pem);
  const data = MESSAGE.toBase64();
  const reply = await peer.request({ operation: "sign", private: text, data });
  const publicKey = await importSpkiDer(key.publicDer);
  assertEquals(await publicKey.verify(bytesOf(reply, "signature"), MESSAGE), true);
});

function pemOf(bits: number): string {
  return new TextDecoder().decode(rsaTestFile(`rsa_${bits}.pem`));
}

function bytesOf(reply: unknown, field: string): Uint8Array {
  const fields = typeof reply === "object" && reply !== null ? Object.entries(reply) : [];
  const [, value] = fields.find(([name]) => name === field) ?? [];
  if (typeof value !== "string") throw new TypeError(`Reply has no ${field}`);
  return Uint8Array.fromBase64(value);
}

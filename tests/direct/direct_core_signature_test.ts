import { assert, assertEquals } from "@std/assert";
import { sha256 } from "../../src/crypto/sha256.ts";
import { signedBytes } from "../../src/wire/signed_bytes.ts";
import { DirectHarness } from "../support/direct_harness.ts";
import type { DirectScriptedClient } from "../support/direct_scripted_client.ts";

/** By whom each message that was handed over is signed. */
function signers(harness: DirectHarness): (string | undefined)[] {
  const signers = harness.messages.map(({ signedBy }) => signedBy);
  harness.messages = [];
  return signers;
}

Deno.test("receive() says which key has signed a message", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  client.send(client.hybrid("hi", { sequence: 1n, signer: client.key }));
  client.send(client.hybrid("hi", { sequence: 2n }));
  assertEquals(signers(harness), [client.key.fingerprint, undefined]);
  assertEquals([client.heard(), harness.stat("messages.signed")], [["{ACK}", "{ACK}"], 1]);
});

Deno.test("receive() checks a signature over the server's key, the sequence and the message", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  harness.held.add("verify_signature");
  client.send(client.hybrid("hi", { sequence: 7n, signer: client.key }));
  const [job] = harness.jobs;
  assert(job?.type === "verify_signature");
  const message = new TextEncoder().encode("hi");
  assertEquals(job.signedBytes, signedBytes(sha256(harness.key.der), 7n, message));
  assertEquals([job.key, harness.messages, client.heard()], [client.key, [], []]);
});

type Making = (client: DirectScriptedClient, harness: DirectHarness) => Uint8Array;

const forgeries: { name: string; make: Making }[] = [
  {
    name: "of another key",
    make: (client, harness) => client.hybrid("hi", { sequence: 1n, signer: harness.client().key }),
  },
  {
    name: "of another sequence",
    make: (client, harness) => {
      const message = new TextEncoder().encode("hi");
      const signature = client.key.sign(signedBytes(sha256(harness.key.der), 2n, message));
      return client.hybrid("hi", { sequence: 1n, signature });
    },
  },
  {
    name: "of another message",
    make: (client, harness) => {
      const message = new TextEncoder().encode("ho");
      const signature = client.key.sign(signedBytes(sha256(harness.key.der), 1n, message));
      return client.hybrid("hi", { sequence: 1n, signature });
    },
  },
  {
    name: "for another server",
    make: (client, harness) => {
      const message = new TextEncoder().encode("hi");
      const other = sha256(harness.newKey(512).der);
      return client.hybrid("hi", {
        sequence: 1n,
        signature: client.key.sign(signedBytes(other, 1n, message)),
      });
    },
  },
  {
    name: "of no bytes",
    make: (client) => client.hybrid("hi", { sequence: 1n, signature: new Uint8Array() }),
  },
  {
    name: "of 60,000 bytes",
    make: (client) => client.hybrid("hi", { sequence: 1n, signature: new Uint8Array(60_000) }),
  },
];
for (const { name, make } of forgeries) {
  Deno.test(`receive() keeps silent about a message with a signature ${name}`, () => {
    const harness = new DirectHarness();
    const client = harness.client();
    client.send(...client.fragments(make(client, harness)));
    assertEquals([harness.messages, client.heard()], [[], []]);
    assertEquals(harness.drops(), { unauthentic: 1 });
    client.send(client.hybrid("hi", { sequence: 1n, signer: client.key }));
    assertEquals(signers(harness), [client.key.fingerprint], "its sequence is not used up");
  });
}

Deno.test("receive() drops a signed message of who has sent no key, and takes it when it has", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const body = client.hybrid("hi", { sequence: 1n, signer: client.key });
  const datagrams = client.fragments(body, { messageId: 7 });
  client.send(...datagrams, body);
  assertEquals([harness.messages, client.heard()], [[], []]);
  assertEquals(harness.drops(), { unauthentic: 2 });
  client.sendKey();
  client.send(...datagrams);
  assertEquals([signers(harness), client.heard()], [[client.key.fingerprint], ["{7: ACK}"]]);
});

Deno.test("receive() checks a message that came right behind the key, with that key", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  harness.held.add("import_key");
  client.sendKey();
  client.send(client.hybrid("hi", { sequence: 1n, signer: client.key }));
  assertEquals([harness.messages, harness.stat("rsa.decryptions")], [[], 0]);
  harness.doJobs();
  assertEquals([signers(harness), client.heard()], [[client.key.fingerprint], ["{ACK}"]]);
});

Deno.test("receive() goes by the key that the address has when its turn comes", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  const other = harness.newKey(256);
  harness.held.add("verify_signature");
  client.send(client.hybrid("hi", { sequence: 1n, signer: client.key }));
  client.send(other.pem);
  harness.doJobs();
  assertEquals(signers(harness), [client.key.fingerprint]);
  client.send(client.hybrid("hi", { sequence: 2n, signer: other }));
  harness.doJobs();
  assertEquals(signers(harness), [other.fingerprint]);
});

Deno.test("signatureVerified() keeps the messages of an address in order", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  harness.held.add("verify_signature");
  client.send(client.hybrid("one", { sequence: 1n, signer: client.key }));
  client.send(client.hybrid("two", { sequence: 2n }));
  assertEquals(harness.messages, []);
  harness.doJobs();
  assertEquals(harness.texts(), ["one", "two"]);
});

Deno.test("signatureVerified() lets other addresses go on meanwhile", () => {
  const harness = new DirectHarness();
  const [client, other] = [harness.client(), harness.client()];
  harness.held.add("verify_signature");
  client.send(client.hybrid("one", { sequence: 1n, signer: client.key }));
  other.send(other.hybrid("two"));
  assertEquals([harness.texts(), other.heard()], [["two"], ["{ACK}"]]);
});

Deno.test("signatureVerified() takes a message once that came from two addresses meanwhile", () => {
  const harness = new DirectHarness();
  const [client, mallory] = [harness.client(), harness.stranger()];
  mallory.send(client.key.pem);
  const body = client.hybrid("hi", { sequence: 1n, signer: client.key });
  harness.held.add("verify_signature");
  client.send(body);
  mallory.send(body);
  assertEquals(harness.jobs.length, 2);
  harness.doJobs();
  assertEquals([harness.texts(), client.heard(), mallory.heard()], [["hi"], ["{ACK}"], []]);
});

Deno.test("signatureVerified() is passed over when nothing waits for it", () => {
  const harness = new DirectHarness();
  assertEquals(harness.core.signatureVerified(99, true, harness.clock.now), []);
  assertEquals(harness.core.blockDecrypted(99, new Uint8Array(), harness.clock.now), []);
  assertEquals(harness.core.blocksEncrypted(99, [], harness.clock.now), []);
  const refused = { refused: "no key" };
  assertEquals(harness.core.keyImported(99, refused, harness.clock.now), []);
});

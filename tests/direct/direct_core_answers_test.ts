import { assertEquals, assertLessOrEqual } from "@std/assert";
import { MAX_WAITING_ANSWERS } from "../../src/direct/answers.ts";
import { DirectHarness } from "../support/direct_harness.ts";

Deno.test("receive() holds 1,024 answers that wait for their encryption, and gives no more", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  harness.held.add("encrypt_blocks");
  for (let count = 0; count <= MAX_WAITING_ANSWERS; count++) {
    client.send(client.hybrid(String(count), { sequence: BigInt(count + 1) }));
  }
  assertEquals(harness.stat("answers.waiting"), MAX_WAITING_ANSWERS);
  assertEquals([harness.jobs.length, harness.drops()], [MAX_WAITING_ANSWERS, { overloaded: 1 }]);
  assertEquals(harness.stat("messages.in"), MAX_WAITING_ANSWERS + 1);
  harness.doJobs();
  assertEquals(client.heard().length, MAX_WAITING_ANSWERS);
  client.send(client.hybrid("again", { sequence: BigInt(MAX_WAITING_ANSWERS + 1) }));
  harness.doJobs();
  assertEquals([client.heard(), harness.stat("answers.waiting")], [["{ACK}"], 0]);
});

Deno.test("blocksEncrypted() counts an answer whose key can't be used", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  harness.held.add("encrypt_blocks");
  client.send(client.plain("hi"));
  const [job] = harness.jobs;
  harness.carryOut(harness.core.blocksEncrypted(job?.jobId ?? 0, undefined, harness.clock.now));
  assertEquals([client.heard(), harness.drops()], [[], { send_failed: 1 }]);
  assertEquals(harness.stat("answers.waiting"), 0);
});

Deno.test("receive() answers under the key that a client has when its message is opened", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  harness.held.add("decrypt_block");
  client.send(client.plain("hi"));
  client.sendKey();
  harness.doJobs();
  assertEquals(client.heard(), ["{ACK}"]);
});

Deno.test("receive() answers who was forgotten while its message was opened, and came back", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  harness.held.add("decrypt_block");
  client.send(client.plain("hi"));
  harness.core.kick(client.address, "", harness.clock.now);
  client.sendKey();
  harness.doJobs();
  assertEquals([harness.texts(), client.heard()], [["hi"], ["{ACK}"]]);
});

Deno.test("shutdown() still lets go of answers whose encryption is under way", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  harness.held.add("encrypt_blocks");
  client.send(client.plain("hi"));
  harness.core.shutdown();
  harness.doJobs();
  assertEquals([harness.texts(), client.heard()], [["hi"], ["{ACK}"]]);
});

Deno.test("shutdown() hands over nothing that is opened from then on", () => {
  const harness = new DirectHarness();
  const [client, signer] = [harness.client(), harness.client()];
  signer.send(signer.hybrid("before"));
  signer.forget();
  harness.held.add("decrypt_block").add("verify_signature");
  signer.send(signer.hybrid("ho", { sequence: 1n, signer: signer.key }));
  client.send(client.plain("hi"));
  assertEquals(harness.jobs.map(({ type }) => type), ["verify_signature", "decrypt_block"]);
  harness.core.shutdown();
  harness.doJobs();
  assertEquals([harness.texts(), client.heard(), signer.heard()], [["before"], [], []]);
});

for (const modulusBytes of [256, 257, 384, 512, 1_024]) {
  Deno.test(`receive() answers in blocks of ${modulusBytes} bytes, 1,200 at most`, () => {
    const harness = new DirectHarness();
    const client = harness.client("127.0.0.1", modulusBytes);
    client.send(...client.fragments(client.plain("hi"), { messageId: 4_294_967_295 }));
    const [answer = new Uint8Array(), ...others] = client.datagrams();
    assertEquals([answer.byteLength % modulusBytes, others], [0, []]);
    assertLessOrEqual(answer.byteLength, 1_200);
    client.accept(answer);
    assertEquals(client.heard(), ["{4294967295: ACK}"]);
  });
}

Deno.test("statistics() counts what comes, and what goes", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  client.askForKey();
  client.send(client.plain("hi"));
  client.send(...client.fragments(client.hybrid("ho")).slice(1));
  harness.run(300);
  harness.core.sendFailed();
  harness.core.countInternalError();
  const answers = client.datagrams();
  const bytes = answers.reduce((sum, { byteLength }) => sum + byteLength, 0);
  assertEquals([harness.stat("datagrams.in"), harness.stat("datagrams.out")], [4, 3]);
  assertEquals(harness.stat("datagrams.bytes_out"), bytes);
  assertEquals([harness.stat("answers.acks"), harness.stat("answers.nacks")], [1, 1]);
  assertEquals([harness.stat("keys.accepted"), harness.stat("keys.sent")], [1, 1]);
  assertEquals([harness.stat("messages.in"), harness.stat("messages.bytes_in")], [1, 2]);
  assertEquals([harness.stat("rsa.decryptions"), harness.stat("rsa.public_operations")], [1, 3]);
  assertEquals(harness.drops(), { send_failed: 1, internal_error: 1 });
});

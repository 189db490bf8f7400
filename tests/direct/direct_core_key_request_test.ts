import { assert, assertEquals } from "@std/assert";
import { AMPLIFICATION_FACTOR } from "../../src/session/long_answers.ts";
import { DirectHarness } from "../support/direct_harness.ts";
import { assertSameBytes } from "../support/same_bytes.ts";

const SHORT = "REQ_PUB_KEY\n";

Deno.test("receive() answers a key request with the server's PEM, as it is", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  client.askForKey();
  const [answer, ...others] = client.datagrams();
  assertSameBytes(answer, harness.key.pem);
  assertEquals(others, []);
});

Deno.test("receive() answers in the clear also who has sent a key", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  client.askForKey();
  assertEquals(client.heard(), ["PEM"]);
});

Deno.test("receive() answers any number of padded requests", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  for (let count = 0; count < 500; count++) client.askForKey();
  assertEquals(client.datagrams().length, 500);
  assertEquals(harness.drops(), {});
});

Deno.test("receive() answers short requests 5 times at once, then once a second", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  for (let count = 0; count < 8; count++) client.sendText(SHORT);
  assertEquals(client.datagrams().length, 5);
  assertEquals(harness.drops(), { rate_limited: 3 });
  const answered = [999, 1, 999, 1].map((ms) => {
    harness.run(ms);
    client.sendText(SHORT);
    return client.datagrams().length;
  });
  assertEquals(answered, [0, 1, 0, 1]);
});

Deno.test("receive() counts short requests of one IP address together, whatever the port", () => {
  const harness = new DirectHarness();
  const clients = Array.from({ length: 8 }, () => harness.stranger("10.0.0.1"));
  for (const client of clients) client.sendText(SHORT);
  assertEquals(clients.map((client) => client.datagrams().length), [1, 1, 1, 1, 1, 0, 0, 0]);
  const other = harness.stranger("10.0.0.2");
  other.sendText(SHORT);
  assertEquals(other.heard(), ["PEM"]);
});

Deno.test("receive() answers 50 short requests of all addresses together", () => {
  const harness = new DirectHarness();
  for (let count = 0; count < 60; count++) {
    harness.stranger(`10.0.0.${count}`).sendText(SHORT);
  }
  assertEquals(harness.stat("keys.sent"), 50);
  assertEquals(harness.drops(), { rate_limited: 10 });
});

Deno.test("receive() answers padded requests when short ones are used up", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  for (let count = 0; count < 8; count++) client.sendText(SHORT);
  client.forget();
  client.askForKey();
  assertEquals(client.heard(), ["PEM"]);
});

for (
  const { name, change, answers } of [
    { name: "just long enough", change: 0, answers: 10 },
    { name: "a byte too short", change: -1, answers: 5 },
  ]
) {
  Deno.test(`receive() answers requests whose padding is ${name} ${answers} times of 10`, () => {
    const harness = new DirectHarness();
    const client = harness.stranger();
    const enough = Math.ceil(harness.key.pem.byteLength / AMPLIFICATION_FACTOR);
    for (let count = 0; count < 10; count++) client.sendText(SHORT.padEnd(enough + change));
    assertEquals(client.datagrams().length, answers);
  });
}

Deno.test("receive() remembers nobody who only asks for the key", () => {
  const harness = new DirectHarness();
  harness.stranger().askForKey();
  assertEquals(harness.stat("strangers"), 0);
  assertEquals(harness.core.nextDeadline(), undefined);
});

Deno.test("receive() asks for no RSA operation for a key request", () => {
  const harness = new DirectHarness();
  harness.client().askForKey();
  assert(harness.stat("keys.sent") === 1);
  assertEquals(harness.stat("rsa.decryptions"), 0);
  assertEquals(harness.stat("rsa.public_operations"), 1, "the key of the client was read");
});

import { assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { DirectHarness } from "../support/direct_harness.ts";
import { DirectLossyWorld } from "../support/direct_repairing_client.ts";

const SEED = Number(Deno.env.get("HUSHCAST_TEST_SEED") ?? 1985);
const MINUTE_MS = 60_000;

const network = fc.record({
  seed: fc.nat(),
  loss: fc.constantFrom(0, 0.05, 0.2, 0.3),
  duplication: fc.constantFrom(0, 0.1, 0.5),
  maxDelayMs: fc.constantFrom(0, 5, 80, 400),
});

const message = fc.record({
  client: fc.nat({ max: 2 }),
  form: fc.constantFrom("plain", "hybrid", "numbered"),
  bytes: fc.nat({ max: 3_000 }),
  payloadBytes: fc.constantFrom(60, 250, 490, 506, 1_194),
});

interface Conditions {
  readonly seed: number;
  readonly loss: number;
  readonly duplication: number;
  readonly maxDelayMs: number;
}

/** A server, a client with a key and two without, over a bad network. */
function badWorld({ seed, loss, duplication, maxDelayMs }: Conditions): DirectLossyWorld {
  const harness = new DirectHarness({ seed, rsaConcurrency: 2 });
  const clients = [harness.client(), harness.stranger(), harness.stranger()];
  return new DirectLossyWorld(harness, clients, { loss, duplication, minDelayMs: 0, maxDelayMs });
}

/** Texts of a number, so that no two messages are the same, and of a length. */
function textOf(number: number, bytes: number): string {
  return `${number} `.padEnd(bytes, "x");
}

Deno.test("DirectCore takes each message exactly once whose fragments are sent until the ACK", () => {
  fc.assert(
    fc.property(network, fc.array(message, { minLength: 1, maxLength: 8 }), (conditions, sent) => {
      const world = badWorld(conditions);
      const { harness, clients } = world;
      for (const [number, { client: index, form, bytes, payloadBytes }] of sent.entries()) {
        const client = clients[index];
        const text = textOf(number, bytes);
        const sequence = form === "numbered" ? BigInt(number + 1) : undefined;
        const body = form === "plain"
          ? client?.scripted.plain(text)
          : client?.scripted.hybrid(text, { sequence });
        if (body !== undefined) client?.send(body, payloadBytes);
        world.run(50);
      }
      world.run(MINUTE_MS);
      assertEquals(clients.map(({ waiting }) => waiting), [0, 0, 0]);
      const expected = sent.map(({ bytes }, number) => textOf(number, bytes)).sort();
      assertEquals(harness.texts().sort(), expected);
      assertEquals(harness.stat("fragments.unfinished_bytes"), 0);
      assertEquals([harness.stat("rsa.waiting"), harness.stat("rsa.waiting_bytes")], [0, 0]);
    }),
    { seed: SEED, numRuns: 80 },
  );
});

Deno.test("DirectCore takes no message twice, whoever sends its datagrams again, and when", () => {
  fc.assert(
    fc.property(network, fc.array(message, { minLength: 1, maxLength: 5 }), (conditions, sent) => {
      const world = badWorld(conditions);
      const { harness, clients, network } = world;
      const isWhole = conditions.seed % 2 === 0;
      for (const [number, { client: index, form, bytes, payloadBytes }] of sent.entries()) {
        const client = clients[index];
        const text = textOf(number, bytes);
        if (client === undefined) continue;
        const { scripted } = client;
        const body = form === "plain" ? scripted.plain(text) : scripted.hybrid(text);
        if (isWhole) world.send(body, scripted.endpoint);
        else client.send(body, payloadBytes);
      }
      world.run(1_000);
      const recorded = network.sent.filter(({ to }) => to.port === 47_710);
      for (const { datagram } of harness.random.shuffle(recorded)) {
        const from = clients[harness.random.below(clients.length)]?.scripted.endpoint;
        if (from !== undefined) world.send(datagram, from);
      }
      world.run(20_000);
      const texts = harness.texts();
      assertEquals(new Set(texts).size, texts.length);
      assertLessOrEqual(texts.length, sent.length);
    }),
    { seed: SEED, numRuns: 80 },
  );
});

const transfer = fc.record({
  parts: fc.integer({ min: 1, max: 6 }),
  restartsMs: fc.array(fc.nat({ max: 3_000 }), { maxLength: 2 }),
  remembersTokens: fc.boolean(),
});

Deno.test("DirectCore has handed a transfer over once when all its parts are acknowledged", () => {
  fc.assert(
    fc.property(network, transfer, (conditions, { parts, restartsMs, remembersTokens }) => {
      const world = badWorld(conditions);
      const { harness, clients: [client] } = world;
      if (client === undefined) return;
      const transferId = harness.random.bytes(8);
      const numbers = Array.from({ length: parts }, (_, number) => number);
      for (const number of harness.random.shuffle(numbers)) {
        const part = { transferId, number, count: parts };
        const options = { sequence: BigInt(number + 1), part };
        client.send(client.scripted.hybrid(`${number},`, options), 490);
      }
      for (const restartMs of restartsMs) {
        world.run(restartMs);
        const now = Math.floor(harness.clock.now.unixMs / 1_000);
        harness.restart({ notBeforeUnixSeconds: remembersTokens ? now : 0 });
        client.scripted.sendKey();
      }
      world.run(50_000);
      const texts = harness.texts();
      const whole = numbers.map((number) => `${number},`).join("");
      assertEquals(texts, texts.map(() => whole));
      if (client.waiting === 0) assertLessOrEqual(1, texts.length);
      if (restartsMs.length === 0) assertEquals([client.waiting, texts], [0, [whole]]);
    }),
    { seed: SEED, numRuns: 80 },
  );
});

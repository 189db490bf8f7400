import { assert, assertEquals } from "@std/assert";
import { NatsRelay, saidMessage } from "../support/nats_relay.ts";
import { NatsServer, natsTest } from "../support/nats_server.ts";
import { waitFor } from "../support/wait_for.ts";

natsTest("NatsHistory gives all relays the same messages under the same numbers", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  await using b = await NatsRelay.start([server.url]);
  await using c = await NatsRelay.start([server.url]);
  const relays = [a, b, c];
  for (let number = 1; number <= 50; number++) {
    for (const [index, { history }] of relays.entries()) {
      history.append(saidMessage(`session${index}`, number));
    }
  }
  for (const relay of relays) await relay.hasKept(150);
  assertEquals(b.keptIds, a.keptIds);
  assertEquals(c.keptIds, a.keptIds);
  assertEquals(
    a.kept.map(({ sequence }) => sequence),
    Array.from({ length: 150 }, (_, i) => BigInt(i + 1)),
  );
  assertEquals(new Set(a.keptIds).size, 150);
  assertEquals(a.history.seriesId, b.history.seriesId);
  for (const [index, relay] of relays.entries()) {
    const own = relay.newsOf("kept").filter(({ ticket }) => ticket !== undefined);
    assertEquals(own.map(({ ticket }) => ticket), Array.from({ length: 50 }, (_, i) => i + 1));
    assert(own.every(({ message }) => message.sessionId === `session${index}`));
  }
});

natsTest("NatsHistory goes on where it was when its server comes back", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  await using b = await NatsRelay.start([server.url]);
  a.history.append(saidMessage("one", 1));
  await b.hasKept(1);
  await server.stop();
  for (let number = 2; number <= 20; number++) a.history.append(saidMessage("one", number));
  await waitFor(() => a.history.trouble !== undefined);
  assertEquals(a.history.waiting, 19);
  await server.start();
  await a.hasKept(20);
  await b.hasKept(20);
  assertEquals(b.keptIds, a.keptIds);
  assertEquals(
    a.kept.map(({ clientSequence }) => Number(clientSequence)),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  await waitFor(() => a.history.trouble === undefined);
});

natsTest(
  "NatsHistory hands all relays what is said, also where next to nothing is kept",
  async () => {
    const limits = { maxMessages: 1, maxBytes: 1, maxAgeMs: undefined };
    await using server = await NatsServer.start();
    await using a = await NatsRelay.start([server.url], { limits });
    await using b = await NatsRelay.start([server.url], { limits });
    for (let number = 1; number <= 20; number++) {
      for (let session = 0; session < 20; session++) {
        a.history.append(saidMessage(`session${session}`, number));
      }
    }
    a.history.append(saidMessage("long", 1, "x".repeat(100_000)));
    await Promise.all([a.hasKept(401), b.hasKept(401)]);
    assertEquals(a.keptIds, b.keptIds);
    assertEquals([a.newsOf("passed"), b.newsOf("passed")], [[], []]);
    assertEquals([a.history.messages, b.history.messages], [0, 0]);
  },
);

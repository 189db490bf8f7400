import { assertEquals, assertRejects } from "@std/assert";
import { connectCluster } from "../../src/cluster/connect_cluster.ts";
import { clusterOptions, NatsRelay, saidMessage } from "../support/nats_relay.ts";
import { NatsServer, natsTest } from "../support/nats_server.ts";

const RELAYS = 8;
const ROUNDS = 12;

/** Goes on until a moment, letting what comes from the network be read meanwhile. */
async function until(ms: number): Promise<void> {
  while (performance.now() < ms) await new Promise((resolve) => setTimeout(resolve, 0));
}

natsTest("NatsLink ends in peace when its server ends at the same moment", async () => {
  // A socket that is written to when its other end has gone says so to who listens, or to the process.
  const uncaught: unknown[] = [];
  const note = (event: ErrorEvent) => {
    event.preventDefault();
    uncaught.push(event.error);
  };
  globalThis.addEventListener("error", note);
  await using server = await NatsServer.start();
  for (let round = 0; round < ROUNDS; round++) {
    const starting = Array.from({ length: RELAYS }, () => NatsRelay.start([server.url]));
    const relays = await Promise.all(starting);
    for (const [index, relay] of relays.entries()) {
      relay.history.append(saidMessage(`round${round}relay${index}`, 1));
    }
    for (const relay of relays) await relay.hasKept(1);
    const stopping = server.stop();
    const startMs = performance.now();
    await Promise.all(relays.map(async (relay, index) => {
      await until(startMs + 1.5 * index);
      const asking = relay.history.caughtUp();
      await relay[Symbol.asyncDispose]();
      await asking;
    }));
    await stopping;
    await server.start();
  }
  globalThis.removeEventListener("error", note);
  assertEquals(uncaught, []);
});

Deno.test("NatsLink lets go of a server that accepts a connection and says nothing", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const server = `nats://127.0.0.1:${listener.addr.port}`;
  await assertRejects(() => connectCluster(clusterOptions([server], { timeoutMs: 1 })));
  using connection = await accepted;
  assertEquals(await connection.read(new Uint8Array(1)), null);
});

import { headers } from "@nats-io/transport-node";
import { assert, assertEquals } from "@std/assert";
import { ClusterKeys } from "../../src/cluster/cluster_keys.ts";
import { sealSaid } from "../../src/cluster/said_seal.ts";
import { type NatsAdmin, natsAdmin } from "../support/nats_admin.ts";
import { CLUSTER_KEY, NatsRelay, saidMessage } from "../support/nats_relay.ts";
import { NatsServer, natsTest } from "../support/nats_server.ts";
import { waitFor } from "../support/wait_for.ts";

const SUBJECT = "hushcast.test.said";
const STREAM = "hushcast-test";
const keys = new ClusterKeys(CLUSTER_KEY, "test");

async function publish(admin: NatsAdmin, mark: string, token: Uint8Array): Promise<void> {
  const fields = headers();
  if (mark !== "") fields.set("Nats-Msg-Id", mark);
  await admin.connection.request(SUBJECT, token, { timeout: 2_000, headers: fields });
}

natsTest("NatsHistory passes over what no relay published", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  a.history.append(saidMessage("one", 1));
  await a.hasKept(1);
  await using admin = await natsAdmin(server.url);
  const { data, header } = await stored(admin, 1);
  assert(header.length > 0);
  // Rubbish, nothing, a copy under another mark, a token for another place.
  await publish(admin, "", new TextEncoder().encode("hello"));
  await publish(admin, "x", new Uint8Array());
  await publish(admin, "another", data);
  await publish(admin, keys.markOf("m"), keys.bus.encrypt(new TextEncoder().encode("m")));
  a.history.append(saidMessage("one", 2));
  await a.hasKept(2);
  assertEquals(a.newsOf("passed").map(({ last }) => last), [2n, 3n, 4n, 5n]);
  assertEquals(a.history.newest, 6n);
  assertEquals(a.history.messages, 2);
  assert(a.log.some(({ message }) => message === "message of cluster stream passed over"));
  await using b = await NatsRelay.start([server.url]);
  assertEquals([b.history.messages, b.history.oldest, b.history.newest], [2, 1n, 6n]);
});

async function stored(admin: NatsAdmin, sequence: number) {
  const message = await admin.manager.streams.getMessage(STREAM, { seq: sequence });
  if (message === null) throw new Error("Cannot find message");
  return { data: message.data, header: message.header.get("Nats-Msg-Id") };
}

natsTest("NatsHistory passes over a copy that is published again under its own mark", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  a.history.append(saidMessage("one", 1));
  await a.hasKept(1);
  await using admin = await natsAdmin(server.url);
  const { data, header } = await stored(admin, 1);
  // As if NATS had forgotten the mark: it does not tell copies across streams.
  await admin.manager.streams.update(STREAM, { duplicate_window: 100_000_000 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await publish(admin, header, data);
  await waitFor(() => a.newsOf("passed").length === 1);
  assertEquals(a.history.newest, 2n);
  assertEquals(a.kept.length, 1);
});

natsTest(
  "NatsHistory passes over a token that is much older than its place in the stream",
  async () => {
    await using server = await NatsServer.start();
    await using a = await NatsRelay.start([server.url]);
    await using admin = await natsAdmin(server.url);
    const message = saidMessage("one", 1);
    for (const agoMs of [400_000, -120_000]) {
      const token = sealSaid(keys, message, Date.now() - agoMs);
      const mark = keys.markOf(message.messageId);
      await publish(admin, mark, token);
      await admin.manager.streams.purge(STREAM);
      await admin.manager.streams.update(STREAM, { duplicate_window: 100_000_000 });
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await waitFor(() => a.history.newest === 2n);
    assertEquals(a.kept, []);
  },
);

natsTest("NatsHistory gives the number of a message that is held already", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  await using b = await NatsRelay.start([server.url]);
  a.history.append(saidMessage("one", 1));
  await b.hasKept(1);
  const ticket = b.history.append(saidMessage("one", 1));
  await waitFor(() => b.newsOf("duplicate").length === 1);
  assertEquals(b.newsOf("duplicate"), [{ type: "duplicate", ticket, sequence: 1n }]);
  assertEquals(b.history.waiting, 0);
});

natsTest("NatsHistory keeps a message once that two relays take at once", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  await using b = await NatsRelay.start([server.url]);
  for (let number = 1; number <= 20; number++) {
    for (const { history } of [a, b, a]) history.append(saidMessage("one", number));
  }
  await waitFor(() => [a, b].every(({ history }) => history.waiting === 0));
  await waitFor(() => [a, b].every(({ kept }) => kept.length === 20));
  const answered = (relay: NatsRelay) =>
    relay.news.flatMap((news) =>
      "ticket" in news && news.ticket !== undefined ? [news.ticket] : []
    );
  assertEquals(new Set(answered(a)).size, 40);
  assertEquals(answered(a).length, 40);
  assertEquals(answered(b).length, 20);
  assertEquals(a.kept.map(({ clientSequence }) => Number(clientSequence)), numbersTo(20));
});

natsTest("NatsHistory refuses a message that is longer than NATS takes, and goes on", async () => {
  await using server = await NatsServer.start({ config: "max_payload: 20000" });
  await using a = await NatsRelay.start([server.url]);
  const long = a.history.append(saidMessage("one", 1, "x".repeat(20_000)));
  const short = a.history.append(saidMessage("one", 2));
  await a.hasKept(1);
  const [refused] = a.newsOf("refused");
  assertEquals(refused?.ticket, long);
  assert(refused?.reason.includes("20000"));
  assertEquals(a.newsOf("kept").map(({ ticket }) => ticket), [short]);
});

natsTest("NatsHistory reads what is there before it says that it is open", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  for (let number = 1; number <= 3_000; number++) {
    a.history.append(saidMessage(`session${number % 50}`, number));
  }
  await a.hasKept(3_000);
  await using b = await NatsRelay.start([server.url]);
  assertEquals([b.history.oldest, b.history.newest, b.history.messages], [1n, 3_000n, 3_000]);
  assertEquals(b.news, []);
  const limits = { maxMessages: 100, maxBytes: 1024 * 1024, maxAgeMs: undefined };
  await using c = await NatsRelay.start([server.url], { limits });
  assertEquals([c.history.oldest, c.history.newest], [2_901n, 3_000n]);
});

natsTest("NatsHistory knows what another relay kept once it has caught up", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  await using b = await NatsRelay.start([server.url]);
  for (let number = 1; number <= 50; number++) {
    a.history.append(saidMessage("one", number));
    await a.hasKept(number);
    await Promise.all([b.history.caughtUp(), b.history.caughtUp(), b.history.caughtUp()]);
    assertEquals(b.history.newest, BigInt(number));
  }
  await server.stop();
  await b.history.caughtUp();
});

natsTest("NatsHistory keeps what is on its way when it is disposed", async () => {
  await using server = await NatsServer.start();
  const a = await NatsRelay.start([server.url]);
  for (let number = 1; number <= 100; number++) a.history.append(saidMessage("one", number));
  await a[Symbol.asyncDispose]();
  assertEquals(a.kept.length, 100);
  await a[Symbol.asyncDispose]();
  await using b = await NatsRelay.start([server.url]);
  assertEquals(b.history.newest, 100n);
  assertEquals(b.history.seriesId, a.history.seriesId);
});

natsTest("NatsHistory is disposed soon when its server is gone", async () => {
  await using server = await NatsServer.start();
  const a = await NatsRelay.start([server.url]);
  await server.kill();
  a.history.append(saidMessage("one", 1));
  const sinceMs = performance.now();
  await a[Symbol.asyncDispose]();
  assert(performance.now() - sinceMs < 3_000);
});

natsTest("NatsHistory takes so many messages that wait, and no more", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  await server.kill();
  await waitFor(() => a.cluster.status.link.state === "disconnected");
  for (let number = 1; number <= 16_384; number++) {
    assert(a.history.hasRoom);
    a.history.append(saidMessage(`session${number % 100}`, number));
  }
  assert(!a.history.hasRoom);
  assertEquals(a.history.waiting, 16_384);
  await server.start();
  await waitFor(() => a.history.waiting === 0);
  assertEquals(a.kept.length, 16_384);
  assert(a.history.hasRoom);
});

function numbersTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

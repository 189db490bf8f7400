import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { natsAdmin } from "../support/nats_admin.ts";
import { NatsRelay, saidMessage } from "../support/nats_relay.ts";
import { NatsServer, natsTest } from "../support/nats_server.ts";
import { waitFor } from "../support/wait_for.ts";

const STREAM = "hushcast-test";

async function say(relay: NatsRelay, sessionId: string, first: number, last: number) {
  for (let number = first; number <= last; number++) {
    relay.history.append(saidMessage(sessionId, number));
  }
  await waitFor(() => relay.history.waiting === 0);
}

natsTest("NatsHistory begins a new series when its stream is deleted", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  await using b = await NatsRelay.start([server.url]);
  await say(a, "one", 1, 5);
  await b.hasKept(5);
  const before = a.history.seriesId;
  await using admin = await natsAdmin(server.url);
  await admin.manager.streams.delete(STREAM);
  // Taken while there is no stream: it is kept in the new one.
  a.history.append(saidMessage("one", 6));
  b.history.append(saidMessage("two", 1));
  await waitFor(() => [a, b].every((relay) => relay.newsOf("new_series").length > 0));
  await a.hasKept(7);
  await b.hasKept(7);
  assertNotEquals(a.history.seriesId, before);
  assertEquals(a.history.seriesId, b.history.seriesId);
  assertEquals(a.history.newest, 2n);
  assertEquals(a.keptIds.slice(5), b.keptIds.slice(5));
  assertEquals([a, b].map(({ history }) => history.waiting), [0, 0]);
});

natsTest("NatsHistory begins a new series when its server lost everything", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  await using b = await NatsRelay.start([server.url]);
  await say(a, "one", 1, 5);
  await b.hasKept(5);
  const before = a.history.seriesId;
  await server.kill();
  await server.wipe();
  await server.start();
  await say(b, "two", 1, 3);
  await a.hasKept(8);
  await b.hasKept(8);
  assertNotEquals(a.history.seriesId, before);
  assertEquals(a.history.seriesId, b.history.seriesId);
  assertEquals(a.newsOf("new_series").length, 1);
  assertEquals(a.history.newest, 3n);
  assertEquals(a.history.find(1n)?.messageId, saidMessage("two", 1).messageId);
});

natsTest("NatsHistory begins a new series when its stream went back", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  await using b = await NatsRelay.start([server.url]);
  await say(a, "one", 1, 5);
  await server.stop();
  await server.copyStore("store", "copy");
  await server.start();
  await say(a, "one", 6, 10);
  await b.hasKept(10);
  const before = a.history.seriesId;
  await server.stop();
  await server.copyStore("copy", "store");
  await server.start();
  await say(b, "two", 1, 3);
  await waitFor(() => [a, b].every((relay) => relay.newsOf("new_series").length > 0));
  await a.hasKept(13);
  await waitFor(() => a.history.newest === b.history.newest);
  assertNotEquals(a.history.seriesId, before);
  assertEquals(a.history.seriesId, b.history.seriesId);
  // What the copy held is there, under the numbers that it had.
  assertEquals(a.history.oldest, 1n);
  assertEquals(a.history.newest, 8n);
  assertEquals(a.history.find(5n)?.messageId, saidMessage("one", 5).messageId);
  assertEquals(a.history.find(6n)?.messageId, saidMessage("two", 1).messageId);
});

natsTest("NatsHistory notices a stream that went back and has grown again", async () => {
  await using server = await NatsServer.start();
  const a = await NatsRelay.start([server.url]);
  await using _a = a;
  await say(a, "one", 1, 5);
  await server.stop();
  await server.copyStore("store", "copy");
  await server.start();
  await say(a, "one", 6, 7);
  const before = a.history.seriesId;
  await server.stop();
  await server.copyStore("copy", "store");
  // On another port the relay does not see it; meanwhile another one goes on.
  await using elsewhere = await NatsServer.prepare();
  await elsewhere.adoptStore(server);
  await elsewhere.start();
  {
    await using c = await NatsRelay.start([elsewhere.url]);
    await say(c, "three", 1, 6);
  }
  await elsewhere.stop();
  await server.adoptStore(elsewhere);
  await server.start();
  await waitFor(() => a.newsOf("new_series").length > 0);
  assertNotEquals(a.history.seriesId, before);
  assertEquals(a.history.newest, 11n);
  assertEquals(a.history.find(7n)?.messageId, saidMessage("three", 2).messageId);
});

natsTest("NatsHistory goes on with its numbers when its stream is purged", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  await say(a, "one", 1, 5);
  await using admin = await natsAdmin(server.url);
  await admin.manager.streams.purge(STREAM);
  await say(a, "one", 6, 6);
  assertEquals(a.history.newest, 6n);
  assertEquals(a.newsOf("new_series"), []);
  await waitFor(() => a.history.oldest === 6n);
  assertEquals(a.history.messages, 1);
});

natsTest("NatsHistory passes over numbers whose messages were deleted", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  await say(a, "one", 1, 5);
  await using admin = await natsAdmin(server.url);
  await admin.manager.streams.deleteMessage(STREAM, 2);
  await admin.manager.streams.deleteMessage(STREAM, 5);
  await using b = await NatsRelay.start([server.url]);
  assertEquals(b.history.newest, 5n);
  assertEquals(b.history.messages, 3);
  assertEquals(b.history.find(2n), undefined);
  assertEquals(b.history.find(4n)?.messageId, saidMessage("one", 4).messageId);
  await say(b, "two", 1, 1);
  assertEquals(b.history.newest, 6n);
  assert(a.kept.length >= 5);
});

natsTest("NatsHistory keeps nothing in a stream that is no longer its own", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  await say(a, "one", 1, 2);
  await using admin = await natsAdmin(server.url);
  await admin.manager.streams.update(STREAM, { description: "mine now" });
  await waitFor(() => a.history.trouble !== undefined);
  a.history.append(saidMessage("one", 3));
  assertEquals(a.history.waiting, 1);
  assertEquals(a.history.newest, 2n);
});

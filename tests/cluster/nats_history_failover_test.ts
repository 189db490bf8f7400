import { assert, assertEquals } from "@std/assert";
import { NatsRelay, saidMessage } from "../support/nats_relay.ts";
import { NatsServer, natsTest } from "../support/nats_server.ts";
import { NatsThree } from "../support/nats_three.ts";
import { waitFor } from "../support/wait_for.ts";

const STREAM = "hushcast-test";

/** How long servers of a cluster may take to agree on a leader, which is up to 10 s, and relays to go on. */
const ELECTION_SECONDS = 40;

/** Says messages of some sessions at once, a few a turn, while something else goes on. */
async function sayWhile(
  relays: readonly NatsRelay[],
  perSession: number,
  meanwhile: () => Promise<void>,
): Promise<void> {
  const disturbance = meanwhile();
  for (let number = 1; number <= perSession; number++) {
    for (const [index, { history }] of relays.entries()) {
      for (const part of ["a", "b"]) {
        history.append(saidMessage(`session${index}${part}`, number));
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  await disturbance;
}

/** Asserts that all have all messages once, in the same order, each session's in its own order. */
async function assertAgreement(relays: readonly NatsRelay[], count: number): Promise<void> {
  await waitFor(() => relays.every(({ history }) => history.waiting === 0), ELECTION_SECONDS);
  for (const relay of relays) await relay.hasKept(count);
  for (const relay of relays) {
    assertEquals(relay.keptIds, relays[0]?.keptIds);
    assertEquals(new Set(relay.keptIds).size, count);
    assertEquals(relay.kept.length, count);
    const numbers = relay.kept.map(({ sequence }) => sequence);
    assert(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0n)));
    const last = new Map<string, bigint>();
    for (const { sessionId, clientSequence } of relay.kept) {
      assertEquals(clientSequence, (last.get(sessionId) ?? 0n) + 1n);
      last.set(sessionId, clientSequence);
    }
    const own = relay.news.filter((news) => "ticket" in news && news.ticket !== undefined);
    assertEquals(own.length, count / relays.length);
    assertEquals(relay.newsOf("new_series"), []);
  }
}

natsTest("NatsHistory loses nothing when its only server is killed under load", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  await using b = await NatsRelay.start([server.url]);
  await sayWhile([a, b], 200, async () => {
    await waitFor(() => a.kept.length > 100);
    await server.kill();
    await server.start();
  });
  await assertAgreement([a, b], 800);
});

natsTest("NatsHistory loses nothing when its server stands still for a while", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  await using b = await NatsRelay.start([server.url]);
  await sayWhile([a, b], 100, async () => {
    await waitFor(() => a.kept.length > 50);
    server.freeze();
    await waitFor(() => a.history.trouble !== undefined);
    // Longer than an answer may take, so that messages are published twice.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    server.thaw();
  });
  await assertAgreement([a, b], 400);
});

natsTest(
  "NatsHistory goes on when a cluster of servers loses the leader of its stream",
  async () => {
    await using three = await NatsThree.start();
    const [first = "", second = "", third = ""] = three.urls;
    const replicas = 3;
    await using a = await NatsRelay.start([first, second, third], { replicas });
    await using b = await NatsRelay.start([second, third, first], { replicas });
    const leader = await three.leaderOf(STREAM);
    await sayWhile([a, b], 200, async () => {
      await waitFor(() => a.kept.length > 100);
      await leader.kill();
    });
    await assertAgreement([a, b], 800);
    await leader.start();
    const next = await three.leaderOf(STREAM);
    await next.stop();
    for (const { history } of [a, b]) history.append(saidMessage("later", 1));
    await waitFor(() => a.history.waiting + b.history.waiting === 0, ELECTION_SECONDS);
    await waitFor(() => a.history.newest === b.history.newest);
    assertEquals(a.keptIds, b.keptIds);
    assertEquals(a.history.newest, 801n);
  },
);

natsTest("NatsHistory waits for a cluster of servers that has lost its majority", async () => {
  await using three = await NatsThree.start();
  await using a = await NatsRelay.start(three.urls, { replicas: 3 });
  a.history.append(saidMessage("one", 1));
  await a.hasKept(1);
  const { link } = a.cluster.status;
  const used = link.state === "connected" ? link.server : "";
  const others = three.servers.filter(({ url }) => !url.endsWith(used));
  for (const server of others) await server.kill();
  for (const number of [2, 3, 4]) a.history.append(saidMessage("one", number));
  await waitFor(() => a.history.trouble !== undefined);
  assertEquals(a.history.waiting, 3);
  for (const server of others) await server.start();
  await waitFor(() => a.history.waiting === 0, ELECTION_SECONDS);
  assertEquals(a.kept.map(({ sequence }) => sequence), [1n, 2n, 3n, 4n]);
  assertEquals(a.kept.map(({ clientSequence }) => clientSequence), [1n, 2n, 3n, 4n]);
  await waitFor(() => a.history.trouble === undefined);
  assertEquals(a.newsOf("new_series"), []);
});

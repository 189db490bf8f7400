import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ClusterRelayProcess, RelayCluster } from "../support/e2e_cluster.ts";
import {
  assertOneTalk,
  finish,
  heardBy,
  startListener,
  startSender,
} from "../support/e2e_cluster_clients.ts";
import {
  becomesReady,
  eventually,
  historySigns,
  metricsOf,
  readinessOf,
} from "../support/e2e_cluster_signs.ts";
import { ClusterTalk } from "../support/e2e_cluster_talk.ts";
import { NatsServer, natsTest } from "../support/nats_server.ts";
import { NatsThree } from "../support/nats_three.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** How long NATS is away at least, milliseconds. */
const OUTAGE_MS = 5_000;

/** So often relays are refused before they are let in again. */
const REFUSALS = 24;

/** So much each sender says before, meanwhile and afterwards. */
const EACH = 200;

/** Ways in which NATS goes, and comes back. */
const OUTAGES = [
  {
    name: "is killed",
    begin: (nats: NatsServer) => nats.kill(),
    end: (nats: NatsServer) => nats.start(),
  },
  {
    name: "hangs",
    begin: (nats: NatsServer) => Promise.resolve(nats.freeze()),
    end: (nats: NatsServer) => Promise.resolve(nats.thaw()),
  },
] as const;

for (const { name, begin, end } of OUTAGES) {
  natsTest(`cluster: relays hold what is said while NATS ${name}, and say so`, async () => {
    await using nats = await NatsServer.start();
    await using cluster = await RelayCluster.start(2, { nats: [nats.url] });
    await using talk = await ClusterTalk.start(cluster);
    for (const relay of cluster.relays) await becomesReady(relay);
    await talk.say(EACH);
    await talk.isHeard(50);
    const lostMs = performance.now();
    await begin(nats);
    await talk.say(EACH);
    for (const relay of cluster.relays) await assertTroubled(relay);
    const heard = () => talk.listeners.map((listener) => heardBy(listener).length);
    const before = heard();
    while (performance.now() - lostMs < OUTAGE_MS) {
      // Nothing is told to anyone that has not been kept.
      for (const relay of cluster.relays) assertEquals((await readinessOf(relay)).status, 503);
      assertEquals(heard(), before);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await end(nats);
    await talk.say(EACH);
    await talk.end();
    for (const relay of cluster.relays) {
      await relay.process.errorLine(/ INFO {2}messages are kept again/);
      await becomesReady(relay);
      const { history, cluster: link } = await historySigns(relay);
      assertEquals([history.is_troubled, history.waiting, link.is_connected], [0, 0, 1]);
    }
    for (const client of talk.clients) {
      // Their relays were there all the time.
      assert(!client.stderr.some((line) => /is silent|no longer answers/.test(line)));
    }
  });
}

natsTest("cluster: relays go on when the NATS server that leads the stream is killed", async () => {
  await using nats = await NatsThree.start();
  await using cluster = await RelayCluster.start(2, {
    nats: nats.urls,
    args: ["--cluster-replicas", "3"],
  });
  await using talk = await ClusterTalk.start(cluster);
  const leader = await nats.leaderOf("hushcast-hushcast");
  await talk.say(600);
  await talk.isHeard(100);
  await leader.kill();
  await talk.say(400);
  // The two that are left take some seconds to agree on another leader.
  await talk.isHeard();
  await talk.end();
  for (const relay of cluster.relays) await becomesReady(relay);
});

natsTest("cluster: relays outlast a NATS server that refuses them for a while", async () => {
  await using log = await temporaryDirectory();
  const file = `${log.path}/nats.log`;
  await using nats = await NatsServer.start();
  const config = `authorization { user: u, password: p }\nlog_file: "${file}"\n`;
  await using closed = await NatsServer.prepare({ port: nats.port, config });
  await using cluster = await RelayCluster.start(3, { nats: [nats.url] });
  const { path } = cluster;
  await using first = await startListener({ name: "first", way: cluster.wayFrom(0), path });
  await using ada = await startSender({ name: "ada", way: cluster.wayFrom(0), path });
  await ada.type("before");
  await first.line(/"before"/);
  await nats.stop();
  await closed.start();
  await ada.type("meanwhile");
  const refusals = async () => (await Deno.readTextFile(file)).match(/authentication error/g) ?? [];
  const { length } = await eventually(refusals, ({ length }) => length >= REFUSALS);
  const said = cluster.relays.flatMap(({ process }) => process.stderr);
  assert(length >= REFUSALS, `${length} refusals, and then no more:\n${said.join("\n")}`);
  for (const relay of cluster.relays) assertEquals((await readinessOf(relay)).status, 503);
  await closed.stop();
  await nats.start();
  await finish(ada);
  await first.line(/"meanwhile"/);
  assertOneTalk([first], { ada: ["before", "meanwhile"] });
  for (const relay of cluster.relays) await becomesReady(relay);
});

/** That a relay lets everyone know that it can't keep what it is given. */
async function assertTroubled(relay: ClusterRelayProcess): Promise<void> {
  await relay.process.errorLine(
    / ERROR messages can't be kept, and wait error="NATS (does not answer|keeps no messages): /,
  );
  const { status, text } = await readinessOf(relay);
  assertEquals(status, 503);
  assertMatch(text, /^not ready: /);
  const { history } = await historySigns(relay);
  assertEquals(history.is_troubled, 1);
  assert(history.waiting > 0, "nothing waits");
  assertMatch(await metricsOf(relay), /^hushcast_history_troubled 1$/m);
}

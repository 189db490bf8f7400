import { assertEquals } from "@std/assert";
import { RelayCluster } from "../support/e2e_cluster.ts";
import { finish, heardBy, linesOf, numbered, textsOf } from "../support/e2e_cluster_clients.ts";
import { becomesReady, eventually, historySigns } from "../support/e2e_cluster_signs.ts";
import { ClusterTalk } from "../support/e2e_cluster_talk.ts";
import { NatsServer, natsTest } from "../support/nats_server.ts";

natsTest("cluster: relays are restarted one after the other, and the talk goes on", async () => {
  await using nats = await NatsServer.start();
  await using cluster = await RelayCluster.start(3, { nats: [nats.url] });
  await using talk = await ClusterTalk.start(cluster, { senders: ["ada", "ben", "cleo"] });
  for (const index of [0, 1, 2]) {
    await talk.say(200);
    await talk.isHeard(250 * index + 50);
    await cluster.stop(index);
    await talk.say(50);
    await cluster.restart(index);
  }
  await talk.say(100);
  await talk.end();
});

natsTest("cluster: two of three relays are killed, one soon after the other", async () => {
  await using nats = await NatsServer.start();
  await using cluster = await RelayCluster.start(3, { nats: [nats.url] });
  await using talk = await ClusterTalk.start(cluster);
  await talk.say(300);
  await talk.isHeard(100);
  await cluster.kill(0);
  await talk.say(100);
  await cluster.at(1).process.errorLine(/client registered id=ada /);
  await talk.say(100);
  await cluster.kill(1);
  await talk.say(100);
  await talk.end();
  for (const name of ["ada", "ben", "listener-1", "listener-2"]) {
    await cluster.at(2).process.errorLine(new RegExp(`client registered id=${name} `));
  }
});

natsTest("cluster: a relay that hung for a while spoils nothing when it goes on", async () => {
  await using nats = await NatsServer.start();
  await using cluster = await RelayCluster.start(2, { nats: [nats.url] });
  await using talk = await ClusterTalk.start(cluster);
  await talk.say(300);
  await talk.isHeard(100);
  const [first, second] = [cluster.at(0), cluster.at(1)];
  // What waits in its socket by then was sent again to the other one.
  first.process.kill("SIGSTOP");
  await talk.say(200);
  for (const name of ["ada", "listener-1"]) {
    await second.process.errorLine(new RegExp(`client registered id=${name} `));
  }
  await talk.isHeard();
  first.process.kill("SIGCONT");
  await first.process.errorLine(/client removed id=listener-1 /);
  await becomesReady(first);
  await talk.say(100);
  await talk.end();
});

natsTest("cluster: a relay that is killed while it holds messages loses none", async () => {
  await using nats = await NatsServer.start();
  await using cluster = await RelayCluster.start(2, { nats: [nats.url] });
  await using talk = await ClusterTalk.start(cluster);
  await talk.say(100);
  await talk.isHeard();
  nats.freeze();
  // Now some are on their way to NATS, which may keep them, but does not say so.
  await talk.say(100);
  for (const relay of cluster.relays) {
    const { history } = await eventually(
      () => historySigns(relay),
      ({ history }) => history.is_troubled === 1 && history.waiting > 0,
    );
    assertEquals(history.is_troubled, 1);
  }
  await cluster.kill(0);
  await cluster.at(1).process.errorLine(/client registered id=ada /);
  nats.thaw();
  await talk.say(100);
  await talk.end();
});

natsTest("cluster: when NATS has lost all, everybody is told once and goes on", async () => {
  await using nats = await NatsServer.start();
  await using cluster = await RelayCluster.start(2, { nats: [nats.url] });
  await using talk = await ClusterTalk.start(cluster);
  await talk.say(100);
  await talk.isHeard();
  await nats.kill();
  await nats.wipe();
  await nats.start();
  // What is said before they have heard of it may pass them by.
  for (const listener of talk.listeners) await listener.line(/"gap","reason":"new_series"/);
  await talk.say(100);
  await finish(...talk.senders);
  await talk.isHeard();
  for (const listener of talk.listeners) {
    const gaps = linesOf(listener).filter(({ type }) => type === "gap");
    assertEquals(gaps, [{ type: "gap", reason: "new_series" }]);
    const texts = textsOf(listener).filter((text) => text.startsWith("ada "));
    assertEquals(texts, numbered("ada", 0, 200));
  }
  const [first = [], second] = talk.listeners.map((listener) => heardBy(listener).slice(200));
  assertEquals(second, first);
  assertEquals(first.map(({ sequence }) => sequence), first.map((_, index) => index + 1));
});

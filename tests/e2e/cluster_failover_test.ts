import { assertEquals, assertMatch } from "@std/assert";
import type { HushcastProcess } from "../../scripts/hushcast_process.ts";
import { RelayCluster } from "../support/e2e_cluster.ts";
import {
  assertOneTalk,
  comingsTo,
  finish,
  numbered,
  startAll,
  startListener,
  startSender,
  typeAll,
} from "../support/e2e_cluster_clients.ts";
import { relayControl } from "../support/e2e_relay_control.ts";
import { freePort, NatsServer, natsTest } from "../support/nats_server.ts";
import { runHushcast, startClient } from "../support/relay_clients.ts";

/** The relay that a client went over to, by its own log. */
async function wentOver(client: HushcastProcess, { relay }: { readonly relay: string }) {
  await client.errorLine(new RegExp(`back at relay ${RegExp.escape(relay)}$`));
}

for (const way of ["kill", "stop"] as const) {
  const how = way === "kill" ? "killed" : "shut down";
  natsTest(
    `cluster: clients of a relay that is ${how} go on at another, nobody notices`,
    async () => {
      await using nats = await NatsServer.start();
      await using cluster = await RelayCluster.start(3, { nats: [nats.url] });
      await using stack = new AsyncDisposableStack();
      const { path } = cluster;
      const listen = (name: string, first: number) =>
        startListener({ name, way: cluster.wayFrom(first), path });
      const send = (name: string, first: number) =>
        startSender({ name, way: cluster.wayFrom(first), path });
      const onlyFirst = ["--relay", cluster.at(0).relay];
      const [moved, second, third, ada, ben, lone] = await startAll(stack, [
        listen("moved", 0),
        listen("second", 1),
        listen("third", 2),
        send("ada", 0),
        send("ben", 1),
        startListener({ name: "lone", way: onlyFirst, path }),
      ]);
      // Who was there before this one is known to all: whoever comes later is news.
      const mark = stack.use(await listen("mark", 2));
      for (const listener of [moved, second, third]) await listener.line(/"joined","id":"mark"/);
      const before = new Map([moved, second, third].map((it) => [it, comingsTo(it).length]));

      await typeAll(ada, numbered("ada", 0, 400));
      await typeAll(ben, numbered("ben", 0, 400));
      await third.line(/"ada 100"/);
      await cluster[way](0);
      await typeAll(ada, numbered("ada", 400, 800));
      await typeAll(ben, numbered("ben", 400, 800));
      for (const client of [moved, ada]) await wentOver(client, cluster.at(1));
      await finish(ada, ben);
      const last = stack.use(await send("last", 2));
      await last.type("the end");
      await finish(last);
      const listeners = [moved, second, third, mark];
      for (const listener of listeners) await listener.line(/"the end"/);
      assertOneTalk([moved, second, third], {
        ada: numbered("ada", 0, 800),
        ben: numbered("ben", 0, 800),
        last: ["the end"],
      });
      const { stdout } = await relayControl(cluster.at(2), "list_clients");
      assertMatch(stdout.join("\n"), /^moved .*relay=relay-2/m);

      // It went with its relay, and nobody was told until it was sure that it would not come back.
      lone.kill("SIGKILL");
      for (const listener of [moved, second, third]) await listener.line(/"left","id":"lone"/);
      stack.use(await listen("barrier", 1));
      for (const listener of [moved, second, third]) {
        await listener.line(/"joined","id":"barrier"/);
        const news = comingsTo(listener).slice(before.get(listener));
        // Senders leave when they have said all.
        const left = ["left ada", "left ben", "left last", "left lone"];
        assertEquals(news.sort(), ["joined barrier", "joined last", ...left]);
      }
    },
  );
}

natsTest("cluster: a client passes over relays that are not there", async () => {
  await using nats = await NatsServer.start();
  await using cluster = await RelayCluster.start(2, { nats: [nats.url] });
  const { path } = cluster;
  const dead = [freePort(), freePort()].map((port) => `127.0.0.1:${port}`);
  const way = ["--relay", [...dead, cluster.at(1).relay].join(",")];
  await using log = await startListener({ name: "log", way, path });
  await using ada = await startSender({ name: "ada", way: cluster.wayFrom(0), path });
  await ada.type("hello");
  await finish(ada);
  await log.line(/"hello"/);
  // Where none is there it is told which were asked.
  const flags = ["--timeout", "3", "--relay", dead.join(","), "--state", `${path}/nobody`];
  const { code, stderr } = await runHushcast(["send", ...flags, "hello"]);
  assertEquals(code, 3, stderr.join("\n"));
  for (const relay of dead) assertMatch(stderr.join("\n"), new RegExp(RegExp.escape(relay)));
});

natsTest("cluster: a listener that is not reliable goes on at another relay, too", async () => {
  await using nats = await NatsServer.start();
  await using cluster = await RelayCluster.start(2, { nats: [nats.url] });
  const { path } = cluster;
  const [first, second] = [cluster.at(0), cluster.at(1)];
  const state = ["--state", `${path}/plain`];
  await using plain = await startClient(first, "listen", "plain", path, [
    ...cluster.wayFrom(0),
    ...state,
  ]);
  await using other = await startListener({ name: "other", way: cluster.wayFrom(1), path });
  await cluster.kill(0);
  await plain.errorLine(new RegExp(`relay ${first.relay} is silent, trying ${second.relay}$`));
  await wentOver(plain, second);
  await using ada = await startSender({ name: "ada", way: cluster.wayFrom(1), path });
  await ada.type("still there?");
  await finish(ada);
  await plain.line(/^ada\tstill there\?$/);
  await other.line(/"still there\?"/);
  assertEquals(comingsTo(other).filter((it) => it === "left plain"), []);
});

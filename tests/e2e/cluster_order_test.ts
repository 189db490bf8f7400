import { RelayCluster } from "../support/e2e_cluster.ts";
import { ClusterTalk } from "../support/e2e_cluster_talk.ts";
import { NatsServer, natsTest } from "../support/nats_server.ts";

for (const count of [2, 3]) {
  natsTest(`cluster: ${count} relays carry one talk, in one order and once`, async () => {
    await using nats = await NatsServer.start();
    await using cluster = await RelayCluster.start(count, { nats: [nats.url] });
    const senders = ["ada", "ben", "cleo"];
    await using talk = await ClusterTalk.start(cluster, { senders, listeners: 6 });
    await talk.say(700);
    await talk.end();
  });
}

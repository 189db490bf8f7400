import { assertEquals } from "@std/assert";
import {
  clusterClients,
  clusterStrainOf,
} from "../../../../scripts/soak/cluster/cluster_strain.ts";

Deno.test("clusterStrainOf() asks less of two relays and NATS on one machine", () => {
  assertEquals([8, 200].map((clients) => clusterClients({ clients })), [8, 100]);
  const { messagesPerSecond, attacksPerSecond } = clusterStrainOf({ seconds: 900, clients: 200 });
  assertEquals([messagesPerSecond, attacksPerSecond], [25, 100]);
});

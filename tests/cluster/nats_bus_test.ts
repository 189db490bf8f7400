import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { BusSeal } from "../../src/cluster/bus_seal.ts";
import { ClusterKeys } from "../../src/cluster/cluster_keys.ts";
import { MAX_BUS_PAYLOAD_BYTES } from "../../src/cluster/nats_bus.ts";
import { natsAdmin } from "../support/nats_admin.ts";
import { CLUSTER_KEY, NatsRelay } from "../support/nats_relay.ts";
import { NatsServer, natsTest } from "../support/nats_server.ts";
import { waitFor } from "../support/wait_for.ts";

const SUBJECT = "hushcast.test.bus";

/** All that buses told, once each hears each other: a subscription takes its time. */
async function ears(...relays: readonly NatsRelay[]): Promise<readonly string[][]> {
  const present = relays.map(() => new Set<string>());
  const heard = relays.map(({ cluster }, index) => {
    const told: string[] = [];
    cluster.bus.listen({
      onMessage: (from, payload) => {
        const said = new TextDecoder().decode(payload);
        if (said === "present") present[index]?.add(from);
        else told.push(`${from} ${said}`);
      },
      onConnected: () => told.push("connected"),
      onDisconnected: () => told.push("disconnected"),
    });
    return told;
  });
  await waitFor(() => {
    for (const { cluster } of relays) cluster.bus.publish(text("present"));
    return present.every(({ size }) => size === relays.length - 1);
  });
  return heard;
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

natsTest("NatsBus carries what a relay says to all others, in order, and not back", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url], { relayId: "00000000000000aa" });
  await using b = await NatsRelay.start([server.url], { relayId: "00000000000000bb" });
  await using c = await NatsRelay.start([server.url]);
  const [heardByA, heardByB, heardByC] = await ears(a, b, c);
  for (let number = 0; number < 100; number++) a.cluster.bus.publish(text(`${number}`));
  await waitFor(() => heardByB?.length === 101 && heardByC?.length === 101);
  const expected = Array.from({ length: 100 }, (_, number) => `00000000000000aa ${number}`);
  assertEquals(heardByB, ["connected", ...expected]);
  assertEquals(heardByC, ["connected", ...expected]);
  assertEquals(heardByA, ["connected"]);
});

natsTest(
  "NatsBus tells of a connection that goes and comes, and drops what is said between",
  async () => {
    await using server = await NatsServer.start();
    await using a = await NatsRelay.start([server.url], { relayId: "00000000000000aa" });
    await using b = await NatsRelay.start([server.url]);
    const [heardByA = [], heard = []] = await ears(a, b);
    await server.kill();
    await waitFor(() => heard.includes("disconnected") && heardByA.includes("disconnected"));
    a.cluster.bus.publish(text("into the void"));
    await server.start();
    await waitFor(() => heard.length === 3 && heardByA.length === 3);
    await waitFor(() => {
      a.cluster.bus.publish(text("again"));
      return heard.length > 3;
    });
    assertEquals(heard.slice(0, 4), [
      "connected",
      "disconnected",
      "connected",
      "00000000000000aa again",
    ]);
  },
);

natsTest("NatsBus drops what no relay said, and copies of what one did", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url], { relayId: "00000000000000aa" });
  await using b = await NatsRelay.start([server.url]);
  await using admin = await natsAdmin(server.url);
  const [, heard = []] = await ears(a, b);
  const overheard: Uint8Array[] = [];
  admin.connection.subscribe(SUBJECT, {
    callback: (_, { data }) => void overheard.push(data.slice()),
  });
  await admin.connection.flush();
  a.cluster.bus.publish(text("one"));
  await waitFor(() => heard.length === 2);
  // What was said to find each other may be among it.
  await admin.connection.flush();
  assert(overheard.length >= 1);
  for (const forged of [text(""), text("x"), new Uint8Array(1000), ...overheard, ...overheard]) {
    admin.connection.publish(SUBJECT, forged);
  }
  await admin.connection.flush();
  a.cluster.bus.publish(text("two"));
  await waitFor(() => heard.length === 3);
  assertEquals(heard.slice(1), ["00000000000000aa one", "00000000000000aa two"]);
});

natsTest("NatsBus says once that clocks differ, and drops what is dated wrongly", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url], { relayId: "00000000000000aa" });
  await using b = await NatsRelay.start([server.url]);
  await using admin = await natsAdmin(server.url);
  const [, heard = []] = await ears(a, b);
  const seal = new BusSeal(new ClusterKeys(CLUSTER_KEY, "test"));
  for (let late = 0; late < 5; late++) {
    const said = { from: "00000000000000cc", payload: text("late") };
    admin.connection.publish(SUBJECT, seal.seal(said, Math.floor(Date.now() / 1000) - 600));
  }
  await admin.connection.flush();
  a.cluster.bus.publish(text("one"));
  await waitFor(() => heard.length === 2);
  assertEquals(heard.slice(1), ["00000000000000aa one"]);
  const complaints = b.log.filter(({ message }) =>
    message === "message of cluster bus passed over"
  );
  assertEquals(complaints.map(({ fields }) => fields?.reason), ["clock"]);
});

natsTest("NatsBus refuses what is too long, for it or for NATS", async () => {
  await using server = await NatsServer.start({ config: "max_payload: 10000" });
  await using a = await NatsRelay.start([server.url]);
  const { bus } = a.cluster;
  assertThrows(() => bus.publish(new Uint8Array(MAX_BUS_PAYLOAD_BYTES + 1)), RangeError, "524288");
  assertThrows(() => bus.publish(new Uint8Array(8_000)), RangeError, "10000");
  bus.publish(new Uint8Array(7_000));
});

natsTest("NatsBus takes one listener", async () => {
  await using server = await NatsServer.start();
  await using a = await NatsRelay.start([server.url]);
  await ears(a);
  await assertRejects(() => ears(a), TypeError);
});

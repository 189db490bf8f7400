import { assert, assertEquals, assertMatch } from "@std/assert";
import type { HushcastProcess } from "../../scripts/hushcast_process.ts";
import { type ClusterRelayProcess, RelayCluster } from "../support/e2e_cluster.ts";
import { comingsTo, startAll, startListener } from "../support/e2e_cluster_clients.ts";
import { eventually, historySigns } from "../support/e2e_cluster_signs.ts";
import { type ControlOutcome, relayControl } from "../support/e2e_relay_control.ts";
import { NatsServer, natsTest } from "../support/nats_server.ts";
import { runHushcast } from "../support/relay_clients.ts";

/** Starts a listener at one relay of a cluster, and waits until the others know of it. */
async function listenAt(
  cluster: RelayCluster,
  name: string,
  index: number,
): Promise<HushcastProcess> {
  const way = ["--relay", cluster.at(index).relay];
  return await startListener({ name, way, path: cluster.path });
}

/** Tries to come in and say something. */
async function tryAt(
  cluster: RelayCluster,
  name: string,
  { relay }: ClusterRelayProcess,
): Promise<ControlOutcome> {
  const flags = ["--relay", relay, "--name", name, "--state", `${cluster.path}/${name}`];
  return await runHushcast(["send", ...flags, "hello"]);
}

/** The clients that a relay lists, as `NAME@RELAY`, without `@RELAY` those of its own. */
async function listAt(relay: ClusterRelayProcess): Promise<string[]> {
  const { stdout } = await relayControl(relay, "--json", "list_clients");
  const { data }: { data: { id: string; relay?: string }[] } = JSON.parse(stdout.join("\n"));
  return data.map((it) => it.relay === undefined ? it.id : `${it.id}@${it.relay}`).sort();
}

function assertDone({ code, stdout, stderr }: ControlOutcome): string {
  assertEquals(code, 0, stderr.join("\n"));
  return stdout.join("\n");
}

natsTest("cluster: all see who comes and goes at any relay", async () => {
  await using nats = await NatsServer.start();
  await using cluster = await RelayCluster.start(3, { nats: [nats.url] });
  await using ann = await listenAt(cluster, "ann", 0);
  {
    await using bob = await listenAt(cluster, "bob", 1);
    await using cid = await listenAt(cluster, "cid", 2);
    for (const name of ["bob", "cid"]) await ann.line(new RegExp(`"joined","id":"${name}"`));
    await bob.line(/"joined","id":"cid"/);
    const lists = [
      ["ann", "bob@relay-2", "cid@relay-3"],
      ["ann@relay-1", "bob", "cid@relay-3"],
      ["ann@relay-1", "bob@relay-2", "cid"],
    ];
    for (const [index, list] of lists.entries()) {
      assertEquals(await listAt(cluster.at(index)), list);
      const { cluster: { relays, clients_elsewhere } } = await historySigns(cluster.at(index));
      assertEquals([relays, clients_elsewhere], [2, 2]);
    }
    const found = assertDone(await relayControl(cluster.at(2), "get_client", "ann"));
    assertMatch(found, /^relay relay-1$/m);
    cid.kill("SIGINT");
    assertEquals(await cid.ended(), 130);
    for (const listener of [ann, bob]) await listener.line(/"left","id":"cid"/);
    bob.kill("SIGTERM");
    assertEquals(await bob.ended(), 130);
    await ann.line(/"left","id":"bob"/);
  }
  for (const index of [0, 1, 2]) {
    const relay = cluster.at(index);
    const isIt = ({ length }: string[]) => length === 1;
    const list = await eventually(() => listAt(relay), isIt);
    assertEquals(list, [index === 0 ? "ann" : "ann@relay-1"]);
  }
  assertEquals(comingsTo(ann), ["joined bob", "joined cid", "left cid", "left bob"]);
});

natsTest("cluster: a command at any relay reaches clients at all of them", async () => {
  await using nats = await NatsServer.start();
  await using cluster = await RelayCluster.start(2, { nats: [nats.url] });
  await using stack = new AsyncDisposableStack();
  const [ann, bob, cid] = await startAll(stack, [
    listenAt(cluster, "ann", 0),
    listenAt(cluster, "bob", 1),
    listenAt(cluster, "cid", 1),
  ]);
  const everybody = ["ann", "bob@relay-2", "cid@relay-2"];
  const isIt = (list: string[]) => list.length === everybody.length;
  assertEquals(await eventually(() => listAt(cluster.at(0)), isIt), everybody);

  const told = assertDone(await relayControl(cluster.at(0), "broadcast", "to your posts"));
  assertMatch(told, /3/);
  for (const listener of [ann, bob, cid]) await listener.line(/"notice","text":"to your posts"/);

  assertDone(await relayControl(cluster.at(0), "kick_client", "bob", "go away"));
  assertEquals(await bob.ended(), 3, bob.stderr.join("\n"));
  assertMatch(bob.stderr.join("\n"), /go away/);
  for (const listener of [ann, cid]) await listener.line(/"left","id":"bob"/);
  const again = await relayControl(cluster.at(0), "kick_client", "bob");
  assertEquals(again.code, 1);

  // By its session as well, which the list shows.
  const { stdout } = await relayControl(cluster.at(0), "--json", "get_client", "cid");
  const { data: { session } } = JSON.parse(stdout.join("\n"));
  assertDone(await relayControl(cluster.at(0), "kick_client", session));
  assertEquals(await cid.ended(), 3, cid.stderr.join("\n"));
});

natsTest("cluster: a name that is in use at one relay is taken at all of them", async () => {
  await using nats = await NatsServer.start();
  await using cluster = await RelayCluster.start(2, { nats: [nats.url] });
  const [first, second] = [cluster.at(0), cluster.at(1)];
  {
    await using ann = await listenAt(cluster, "ann", 0);
    assertEquals(await eventually(() => listAt(second), ({ length }) => length > 0), [
      "ann@relay-1",
    ]);
    const refused = await tryAt(cluster, "ann", second);
    assertEquals(refused.code, 3, refused.stderr.join("\n"));
    assertMatch(refused.stderr.join("\n"), /name/);
    assertDone(await tryAt(cluster, "bob", second));
    // The one who had it keeps it.
    await ann.line(/"bob","sequence":\d+,"text":"hello"/);
    assertEquals((await listAt(first))[0], "ann");
    ann.kill("SIGTERM");
    assertEquals(await ann.ended(), 130);
  }
  assertEquals(await eventually(() => listAt(second), ({ length }) => length === 0), []);
  assertDone(await tryAt(cluster, "ann", second));
});

natsTest("cluster: bans hold at all relays, also at one that was down meanwhile", async () => {
  await using nats = await NatsServer.start();
  await using cluster = await RelayCluster.start(3, { nats: [nats.url] });
  const bansAt = async (index: number) =>
    (await relayControl(cluster.at(index), "list_bans")).stdout.map((line) => line.split(" ")[0]);
  const becomes = async (index: number, bans: readonly string[]) => {
    const isIt = (seen: readonly unknown[]) => seen.join() === bans.join();
    assertEquals(await eventually(() => bansAt(index), isIt), [...bans], `relay ${index}`);
  };
  await using ann = await listenAt(cluster, "ann", 1);
  await using eve = await listenAt(cluster, "eve", 0);
  await eventually(() => listAt(cluster.at(0)), ({ length }) => length === 2);

  assertDone(await relayControl(cluster.at(0), "ban", "ann"));
  assertEquals(await ann.ended(), 3, ann.stderr.join("\n"));
  assertMatch(ann.stderr.join("\n"), /banned/);
  for (const index of [1, 2]) await becomes(index, ["ann"]);
  for (const relay of cluster.relays) assertEquals((await tryAt(cluster, "ann", relay)).code, 3);

  await cluster.kill(2);
  assertDone(await relayControl(cluster.at(1), "unban", "ann"));
  assertDone(await relayControl(cluster.at(1), "ban", "eve"));
  assertEquals(await eve.ended(), 3, eve.stderr.join("\n"));
  await becomes(0, ["eve"]);
  await cluster.restart(2);
  await becomes(2, ["eve"]);
  for (const relay of cluster.relays) {
    assertEquals((await tryAt(cluster, "eve", relay)).code, 3);
    assertDone(await tryAt(cluster, "ann", relay));
  }
  // What it has learned it knows when it is alone, too.
  const file = await Deno.readTextFile(`${cluster.path}/relay-3/bans.json`);
  assert(file.includes("eve"), file);
});

import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { HushcastProcess, startRelay } from "../../scripts/hushcast_process.ts";
import { RelayCluster, writeClusterKey } from "../support/e2e_cluster.ts";
import { finish, startListener, startSender } from "../support/e2e_cluster_clients.ts";
import { runHushcast } from "../support/relay_clients.ts";
import { freePort, NatsServer, type NatsServerOptions, natsTest } from "../support/nats_server.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** So soon a relay gives up that can't be a part of its cluster, milliseconds; NATS has 10 s of it. */
const GIVE_UP_MS = 14_000;

const ALONE = ["--no-multicast", "--bind", "127.0.0.1", "--port", "0", "--control-port", "0"];

const PASSWORD = "correct-horse";
const AUTHORIZATION = `authorization { user: relay, password: "${PASSWORD}" }`;

/** Tries to start a relay. @returns Its exit code and what it says last. */
async function tryRelay(
  state: string,
  args: readonly string[],
): Promise<{ code: number; complaint: string; all: string }> {
  const startMs = performance.now();
  const { code, stdout, stderr } = await runHushcast([
    "relay",
    ...ALONE,
    "--state",
    state,
    ...args,
  ]);
  assertEquals(stdout, [], "a relay that is not there must not say that it is ready");
  assertLess(performance.now() - startMs, GIVE_UP_MS);
  return { code, complaint: stderr.at(-1) ?? "", all: stderr.join("\n") };
}

natsTest("relay --cluster: another key than that of the cluster is refused", async () => {
  await using state = await temporaryDirectory();
  const { path } = state;
  await using nats = await NatsServer.start();
  await writeClusterKey(`${path}/one.key`);
  await writeClusterKey(`${path}/other.key`);
  const cluster = ["--cluster", nats.url, "--cluster-key-file"];
  await using _first = await startRelay(`${path}/first`, [...cluster, `${path}/one.key`]);
  const { code, complaint, all } = await tryRelay(`${path}/second`, [
    ...cluster,
    `${path}/other.key`,
  ]);
  assertEquals(code, 1, all);
  assertMatch(complaint, /^hushcast relay: .*hushcast-hushcast.* another cluster key/);
  for (const file of ["one.key", "other.key"]) {
    assert(!all.includes((await Deno.readTextFile(`${path}/${file}`)).trim()));
  }
  // Clusters of other names share the servers, and need not share the key.
  await using _third = await startRelay(`${path}/third`, [
    ...cluster,
    `${path}/other.key`,
    "--cluster-name",
    "other",
  ]);
});

Deno.test("relay --cluster: NATS that is not there ends it before long, and is named", async () => {
  await using state = await temporaryDirectory();
  await writeClusterKey(`${state.path}/cluster.key`);
  const ports = [freePort(), freePort()];
  const servers = ports.map((port) => `nats://127.0.0.1:${port}`).join(",");
  const { code, complaint, all } = await tryRelay(state.path, ["--cluster", servers]);
  assertEquals(code, 1, all);
  for (const port of ports) assert(complaint.includes(`127.0.0.1:${port}`), complaint);
});

Deno.test("relay --cluster: SIGTERM ends it while it still waits for NATS", async () => {
  await using state = await temporaryDirectory();
  const servers = ["--cluster", `nats://127.0.0.1:${freePort()}`];
  await using relay = new HushcastProcess(["relay", ...ALONE, "--state", state.path, ...servers]);
  await relay.errorLine(/cluster key created/);
  const startMs = performance.now();
  relay.kill("SIGTERM");
  await relay.ended();
  assertLess(performance.now() - startMs, 3_000);
  assertEquals(relay.stdout, []);
});

natsTest("relay --cluster: NATS that comes a little later is waited for", async () => {
  await using state = await temporaryDirectory();
  await using nats = await NatsServer.prepare();
  const starting = startRelay(state.path, ["--cluster", nats.url]);
  await nats.start();
  await using relay = await starting;
  await relay.process.errorLine(/relay started .* history=nats /);
});

/** Servers that can't serve, and what a relay says of them. */
const UNFIT: readonly {
  readonly name: string;
  readonly server?: NatsServerOptions;
  readonly credentials?: string;
  readonly args?: readonly string[];
  readonly says: RegExp;
}[] = [
  {
    name: "no credentials",
    server: { config: AUTHORIZATION },
    says: /credentials/,
  },
  {
    name: "a wrong password",
    server: { config: AUTHORIZATION },
    credentials: "relay:incorrect-horse\n",
    says: /credentials/,
  },
  {
    name: "a file of credentials that holds something else",
    credentials: "hello\n",
    says: /cannot use \S+\/credentials: want credentials of NATS/,
  },
  {
    name: "NATS without streams",
    server: { jetStream: false },
    says: /no JetStream; start nats-server with -js/,
  },
  {
    name: "more copies than there are servers",
    args: ["--cluster-replicas", "3"],
    says: /too few servers/,
  },
];

for (const { name, server, credentials, args = [], says } of UNFIT) {
  natsTest(`relay --cluster: ${name}: it does not start, and says why`, async () => {
    await using state = await temporaryDirectory();
    await using nats = await NatsServer.start(server);
    const file = `${state.path}/credentials`;
    const flags = credentials === undefined ? [] : ["--cluster-credentials", file];
    if (credentials !== undefined) await Deno.writeTextFile(file, credentials, { mode: 0o600 });
    const { code, complaint, all } = await tryRelay(state.path, [
      "--cluster",
      nats.url,
      ...flags,
      ...args,
    ]);
    assertEquals(code, 1, all);
    assertMatch(complaint, /^hushcast relay: /);
    assertMatch(complaint, says);
    assert(!all.includes("horse"), "a password in the log");
  });
}

natsTest("relay --cluster: relays with credentials come in, and are one", async () => {
  await using nats = await NatsServer.start({ config: AUTHORIZATION });
  await using state = await temporaryDirectory();
  const file = `${state.path}/credentials`;
  await Deno.writeTextFile(file, `relay:${PASSWORD}\n`, { mode: 0o600 });
  await using cluster = await RelayCluster.start(2, {
    nats: [nats.url],
    args: ["--cluster-credentials", file],
  });
  const { path } = cluster;
  await using log = await startListener({ name: "log", way: cluster.wayFrom(0), path });
  await using ada = await startSender({ name: "ada", way: cluster.wayFrom(1), path });
  await ada.type("hello");
  await finish(ada);
  await log.line(/"hello"/);
  for (const { process } of cluster.relays) assert(!process.stderr.join("\n").includes(PASSWORD));
});

/** Settings that can't be meant together, and what is wrong with them. */
const MISUSED: readonly { readonly args: readonly string[]; readonly says: RegExp }[] = [
  { args: ["--history", "nats"], says: /--cluster/ },
  { args: ["--cluster", "127.0.0.1:4222"], says: /nats:\/\/HOST:PORT/ },
  { args: ["--cluster", "http://127.0.0.1:4222"], says: /nats:\/\/HOST:PORT/ },
  { args: ["--cluster", "nats://127.0.0.1:4222", "--cluster-name", "a b"], says: /cluster-name/ },
  { args: ["--cluster", "nats://127.0.0.1:4222", "--cluster-replicas", "2"], says: /1, 3/ },
  {
    args: ["--cluster", "nats://127.0.0.1:4222", "--history", "sqlite:x.db"],
    says: /exclude each other/,
  },
];

Deno.test("relay --cluster: settings that can't be meant are wrong usage", async (t) => {
  await using state = await temporaryDirectory();
  for (const { args, says } of MISUSED) {
    await t.step(args.join(" "), async () => {
      const { code, complaint, all } = await tryRelay(state.path, args);
      assertEquals(code, 2, all);
      assertMatch(complaint, says);
    });
  }
});

/** Files of a key that are of no use. */
const KEYS = [
  { name: "is not there", content: undefined },
  { name: "is empty", content: "" },
  { name: "holds half a key", content: "MDEyMzQ1Njc4OWFiY2RlZg==\n" },
];

Deno.test("relay --cluster: a file of the key that is of no use is named", async (t) => {
  await using state = await temporaryDirectory();
  for (const { name, content } of KEYS) {
    await t.step(`a file that ${name}`, async () => {
      const file = `${state.path}/other.key`;
      if (content !== undefined) await Deno.writeTextFile(file, content, { mode: 0o600 });
      const { code, complaint, all } = await tryRelay(state.path, [
        "--cluster",
        "nats://127.0.0.1:1",
        "--cluster-key-file",
        file,
      ]);
      assertEquals(code, 1, all);
      assert(complaint.includes(file), complaint);
    });
  }
});

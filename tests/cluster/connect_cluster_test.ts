import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { nkeys } from "@nats-io/transport-node";
import { connectCluster } from "../../src/cluster/connect_cluster.ts";
import { Fernet } from "../../src/crypto/fernet.ts";
import { HushcastError } from "../../src/errors.ts";
import { natsAdmin } from "../support/nats_admin.ts";
import { clusterOptions, NatsRelay, saidMessage } from "../support/nats_relay.ts";
import { freePort, NatsServer, type NatsServerOptions, natsTest } from "../support/nats_server.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { makeTlsCertificates } from "../support/tls_certificates.ts";
import { programTest } from "../support/test_with_program.ts";

type Overrides = Parameters<typeof clusterOptions>[1];

async function assertRefused(
  server: string,
  code: string,
  overrides: Overrides = {},
): Promise<string> {
  const error = await assertRejects(() =>
    connectCluster(clusterOptions([server], { timeoutMs: 1_000, ...overrides }))
  );
  assertInstanceOf(error, HushcastError);
  assertEquals(error.code, code);
  return error.message;
}

for (
  const { name, overrides } of [
    { name: "a name with a dot", overrides: { name: "a.b" } },
    { name: "an empty name", overrides: { name: "" } },
    { name: "no server", overrides: { servers: [] } },
    { name: "an address of another scheme", overrides: { servers: ["http://127.0.0.1:4222"] } },
    { name: "a relay id of another form", overrides: { relayId: "me" } },
  ]
) {
  Deno.test(`connectCluster() refuses ${name}`, async () => {
    const options = clusterOptions(["nats://127.0.0.1:1"], overrides);
    await assertRejects(() => connectCluster(options), TypeError);
  });
}

Deno.test("connectCluster() refuses what is no Fernet key", async () => {
  await assertRefused("nats://127.0.0.1:1", "FERNET_KEY", { key: "secret" });
});

Deno.test("connectCluster() names the servers that it can't reach, and no password", async () => {
  const port = freePort();
  const message = await assertRefused(`nats://me:hidden@127.0.0.1:${port}`, "CLUSTER_UNREACHABLE");
  assert(message.includes(`127.0.0.1:${port}`));
  assert(!message.includes("hidden"));
});

Deno.test("connectCluster() stops looking for NATS when it is told to", async () => {
  const servers = [`nats://127.0.0.1:${freePort()}`];
  const stop = new AbortController();
  const options = clusterOptions(servers, { timeoutMs: 60_000, signal: stop.signal });
  const connecting = connectCluster(options);
  setTimeout(() => stop.abort(new RangeError("enough")), 50);
  await assertRejects(() => connecting, RangeError, "enough");
});

natsTest("connectCluster() stops waiting for a stream when it is told to", async () => {
  await using server = await NatsServer.start({ jetStream: false });
  const stop = new AbortController();
  const options = clusterOptions([server.url], { timeoutMs: 60_000, signal: stop.signal });
  const connecting = connectCluster(options);
  setTimeout(() => stop.abort(new RangeError("enough")), 300);
  await assertRejects(() => connecting, RangeError, "enough");
});

natsTest("connectCluster() finds the server that runs among several", async () => {
  await using server = await NatsServer.start();
  const dead = `nats://127.0.0.1:${freePort()}`;
  await using relay = await NatsRelay.start([dead, server.url, dead]);
  const { link, trouble, name } = relay.cluster.status;
  assertEquals(link.state === "connected" && link.server, `127.0.0.1:${server.port}`);
  assertEquals({ trouble, name }, { trouble: undefined, name: "test" });
});

natsTest("connectCluster() waits for a server that is being started", async () => {
  await using server = await NatsServer.prepare();
  const starting = NatsRelay.start([server.url]);
  await server.start();
  await using relay = await starting;
  assertEquals(relay.history.newest, 0n);
});

natsTest("connectCluster() says when a server keeps no streams", async () => {
  await using server = await NatsServer.start({ jetStream: false });
  await assertRefused(server.url, "CLUSTER_NO_JETSTREAM");
});

natsTest("connectCluster() refuses a relay with another key, and tells no secret", async () => {
  await using server = await NatsServer.start();
  await using _relay = await NatsRelay.start([server.url]);
  const key = Fernet.generateKey();
  const message = await assertRefused(server.url, "CLUSTER_KEY", { key });
  assert(!message.includes(key));
});

natsTest("connectCluster() leaves a stream alone that no relay made", async () => {
  await using server = await NatsServer.start();
  await using admin = await natsAdmin(server.url);
  await admin.manager.streams.add({ name: "hushcast-test", subjects: ["other"] });
  await assertRefused(server.url, "CLUSTER_STREAM");
  const { config } = await admin.manager.streams.info("hushcast-test");
  assertEquals(config.subjects, ["other"]);
});

natsTest("connectCluster() says when its subject belongs to another stream", async () => {
  await using server = await NatsServer.start();
  await using admin = await natsAdmin(server.url);
  await admin.manager.streams.add({ name: "all", subjects: ["hushcast.>"] });
  await assertRefused(server.url, "CLUSTER_STREAM");
});

natsTest("connectCluster() says when there are fewer servers than replicas", async () => {
  await using server = await NatsServer.start();
  await assertRefused(server.url, "CLUSTER_REPLICAS", { replicas: 3 });
});

natsTest("connectCluster() makes one stream when relays start at once", async () => {
  await using server = await NatsServer.start();
  const relays = await Promise.all(
    Array.from({ length: 5 }, () => NatsRelay.start([server.url])),
  );
  const series = new Set(relays.map(({ history }) => history.seriesId.toHex()));
  for (const relay of relays) await relay[Symbol.asyncDispose]();
  assertEquals(series.size, 1);
});

natsTest("connectCluster() gives the stream the bounds that it is set up with", async () => {
  await using server = await NatsServer.start();
  await using _a = await NatsRelay.start([server.url]);
  const limits = { maxMessages: 10, maxBytes: 1024 * 1024, maxAgeMs: 3_600_000 };
  await using b = await NatsRelay.start([server.url], { limits });
  await using admin = await natsAdmin(server.url);
  const { config } = await admin.manager.streams.info("hushcast-test");
  assertEquals([config.max_msgs, config.max_age], [4_096, 3_600_000_000_000]);
  assert(b.log.some(({ message }) => message === "cluster stream changed"));
  for (let number = 1; number <= 15; number++) b.history.append(saidMessage("one", number));
  await b.hasKept(15);
  assertEquals([b.history.oldest, b.history.newest, b.history.messages], [6n, 15n, 10]);
});

const user = nkeys.createUser();

const AUTHORIZATION = `authorization { user: me, password: "pass:word" }`;

for (
  const { name, server: options, file } of [
    {
      name: "a user in the address",
      server: { config: AUTHORIZATION, userInfo: "me:pass%3Aword@" },
      file: undefined,
    },
    {
      name: "a file of user and password",
      server: { config: AUTHORIZATION },
      file: "me:pass:word\n",
    },
    {
      name: "a token in the address",
      server: { config: `authorization { token: "secret" }`, userInfo: "secret@" },
      file: undefined,
    },
    {
      name: "the seed of an NKey",
      server: { config: `authorization { users: [ { nkey: ${user.getPublicKey()} } ] }` },
      file: `${new TextDecoder().decode(user.getSeed())}\n`,
    },
  ] satisfies readonly { name: string; server: NatsServerOptions; file: string | undefined }[]
) {
  natsTest(`connectCluster() comes in with ${name}`, async () => {
    await using directory = await temporaryDirectory();
    await using server = await NatsServer.start(options);
    const credentialsFile = `${directory.path}/credentials`;
    if (file !== undefined) await Deno.writeTextFile(credentialsFile, file);
    const overrides = file === undefined ? {} : { credentialsFile };
    await using relay = await NatsRelay.start([server.url], overrides);
    relay.history.append(saidMessage("one", 1));
    await relay.hasKept(1);
  });
}

natsTest("connectCluster() says when it is not let in", async () => {
  await using server = await NatsServer.start({ config: AUTHORIZATION });
  const message = await assertRefused(server.url, "CLUSTER_REFUSED");
  assert(message.includes("credentials"));
});

natsTest("connectCluster() says when it may not use streams", async () => {
  const config =
    `authorization { users: [ { user: me, password: p, permissions: { publish: "hushcast.>" } } ] }`;
  await using server = await NatsServer.start({ config, userInfo: "me:p@" });
  await assertRefused(server.url, "CLUSTER_REFUSED");
});

for (
  const { name, content } of [
    { name: "there is none", content: undefined },
    { name: "it holds something else", content: "hello" },
    { name: "it holds half a seed", content: "SUAMYBQ" },
  ]
) {
  natsTest(`connectCluster() names the file of credentials when ${name}`, async () => {
    await using directory = await temporaryDirectory();
    await using server = await NatsServer.start();
    const credentialsFile = `${directory.path}/credentials`;
    if (content !== undefined) await Deno.writeTextFile(credentialsFile, content);
    const message = await assertRefused(server.url, "CLUSTER_CREDENTIALS", { credentialsFile });
    assert(message.includes(credentialsFile));
    assert(content === undefined || !message.includes(content));
  });
}

programTest(
  "openssl",
  "openssl",
  "connectCluster() speaks TLS, and only with whom it trusts",
  async () => {
    await using directory = await temporaryDirectory();
    const { path } = directory;
    await makeTlsCertificates(path);
    const config = `tls { cert_file: "${path}/server.pem", key_file: "${path}/server.key" }`;
    await using server = await NatsServer.start({ config, scheme: "tls" });
    const tlsCaFile = `${path}/ca.pem`;
    {
      await using relay = await NatsRelay.start([server.url], { tlsCaFile });
      relay.history.append(saidMessage("one", 1));
      await relay.hasKept(1);
    }
    await assertRefused(server.url, "CLUSTER_UNREACHABLE");
    await assertRefused(server.url, "CLUSTER_CREDENTIALS", { tlsCaFile: `${path}/none.pem` });
  },
);

natsTest("connectCluster() does not speak in the open when TLS is asked for", async () => {
  await using server = await NatsServer.start({ scheme: "tls" });
  await assertRefused(server.url, "CLUSTER_UNREACHABLE");
});

import { assertEquals, assertMatch } from "@std/assert";
import { RelayCluster } from "../support/e2e_cluster.ts";
import { startListener } from "../support/e2e_cluster_clients.ts";
import { NatsServer } from "../support/nats_server.ts";
import { runHushcast } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { programTest } from "../support/test_with_program.ts";
import { makeTlsCertificates } from "../support/tls_certificates.ts";

programTest(
  "openssl",
  "openssl",
  "relays work as one over TLS, with a NATS server whom they can trust",
  async () => {
    await using directory = await temporaryDirectory();
    const { path } = directory;
    await makeTlsCertificates(path);
    const config = `tls { cert_file: "${path}/server.pem", key_file: "${path}/server.key" }`;
    await using nats = await NatsServer.start({ config, scheme: "tls" });
    const args = ["--cluster-ca", `${path}/ca.pem`];
    await using cluster = await RelayCluster.start(2, { nats: [nats.url], args });
    await using listener = await startListener({ name: "ann", way: cluster.wayFrom(1), path });
    const sent = await runHushcast(
      ["send", "--reliable", "--relay", cluster.at(0).relay, "--state", path, "sealed twice"],
    );
    assertEquals(sent.code, 0, sent.stderr.join("\n"));
    await listener.line(/sealed twice/);
    const alone = ["relay", "--no-multicast", "--bind", "127.0.0.1", "--port", "0"];
    const { code, stderr } = await runHushcast(
      [...alone, "--control-port", "0", "--state", `${path}/third`, "--cluster", nats.url],
    );
    assertEquals(code, 1);
    assertMatch(stderr.at(-1) ?? "", /^hushcast relay: .*127\.0\.0\.1/);
  },
);

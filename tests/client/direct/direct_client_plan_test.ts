import { assertEquals, assertRejects } from "@std/assert";
import { planDirectClient } from "../../../src/client/direct/direct_client_plan.ts";
import { DirectClientError } from "../../../src/client/direct/direct_client_error.ts";
import { RelayClientError } from "../../../src/client/relay_client_error.ts";
import { RsaPrivateKey } from "../../../src/crypto/rsa_private_key.ts";
import { fingerprint } from "../../support/fingerprints.ts";

Deno.test("planDirectClient() fills in what is not said", async () => {
  assertEquals(await planDirectClient({ server: "127.0.0.1" }), {
    localAddress: "127.0.0.1",
    core: {
      server: { hostname: "127.0.0.1", port: 47_710 },
      serverKey: undefined,
      isSigning: false,
      form: "hybrid",
      timeoutMs: 10_000,
      maxFragmentBytes: 1_194,
      maxMessageBytes: 64 * 1024 * 1024,
    },
  });
});

Deno.test("planDirectClient() takes what is said", async () => {
  const { localAddress, core } = await planDirectClient({
    server: { hostname: "192.0.2.1", port: 5 },
    serverKey: fingerprint(1),
    interface: "192.0.2.9",
    timeoutMs: 1,
    maxFragmentBytes: 64,
    maxMessageBytes: 2,
  });
  assertEquals([localAddress, core.server.port, core.serverKey], ["192.0.2.9", 5, fingerprint(1)]);
  assertEquals([core.timeoutMs, core.maxFragmentBytes, core.maxMessageBytes], [1, 64, 2]);
});

Deno.test("planDirectClient() signs with a lasting key, but no plain RSA", async () => {
  const key = await RsaPrivateKey.generate(2048);
  for (const plainRsa of [false, true]) {
    const { core } = await planDirectClient({ server: "127.0.0.1", key, plainRsa });
    assertEquals([core.isSigning, core.form], [!plainRsa, plainRsa ? "plain" : "hybrid"]);
  }
});

for (
  const { name, options, error } of [
    { name: "no address", options: { server: "a b" }, error: TypeError },
    { name: "port 0", options: { server: "127.0.0.1:0" }, error: TypeError },
    {
      name: "a pin that is none",
      options: { server: "127.0.0.1", serverKey: "SHA256:x" },
      error: TypeError,
    },
    {
      name: "short fragments",
      options: { server: "127.0.0.1", maxFragmentBytes: 63 },
      error: RangeError,
    },
    {
      name: "long fragments",
      options: { server: "127.0.0.1", maxFragmentBytes: 65_502 },
      error: RangeError,
    },
    {
      name: "half a byte",
      options: { server: "127.0.0.1", maxFragmentBytes: 64.5 },
      error: RangeError,
    },
  ]
) {
  Deno.test(`planDirectClient() refuses ${name}`, async () => {
    await assertRejects(() => planDirectClient(options), error);
  });
}

Deno.test("planDirectClient() tells that a host is not found as an error of its own", async () => {
  const plan = () => planDirectClient({ server: { hostname: "no such name", port: 5 } });
  const error = await assertRejects(plan, DirectClientError);
  assertEquals(error.code, "HOST_NOT_FOUND");
  assertEquals(error.cause instanceof RelayClientError, true);
});

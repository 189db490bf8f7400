import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { RelayClient } from "../../src/client/relay_client.ts";
import { RelayIdentityError } from "../../src/client/relay_identity_error.ts";
import { StateFileError } from "../../src/settings/state_file.ts";
import { fingerprint } from "../support/fingerprints.ts";
import { MiniRelayServer } from "../support/mini_relay_server.ts";
import { nextEvent } from "../support/relay_client_events.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

Deno.test("RelayClient.connect() trusts on first use, and from then on expects the same", async () => {
  await using directory = await temporaryDirectory();
  const stateDirectory = directory.path;
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await MiniRelayServer.start());
  const relay = server.address;
  await using first = await RelayClient.connect({ relay, stateDirectory });
  const trust = await nextEvent(first, "trust");
  assertEquals([trust.news, trust.relay, trust.fingerprint], [
    "first_use",
    relay,
    server.fingerprint,
  ]);
  await using second = await RelayClient.connect({ relay, stateDirectory });
  await second.close();
  const seen = (await Array.fromAsync(second.events())).map(({ type }) => type);
  assertEquals(seen.includes("trust"), false);
  await stack.disposeAsync();
  await using _impostor = await MiniRelayServer.start({ port: server.endpoint.port });
  const error = await assertRejects(
    () => RelayClient.connect({ relay, stateDirectory }),
    RelayIdentityError,
  );
  assertEquals(error.code, "IDENTITY_CHANGED");
  assertEquals(error.dispute.place, { path: join(stateDirectory, "known_relays"), lineNumber: 1 });
});

Deno.test("RelayClient.connect() refuses another relay than the pinned one", async () => {
  await using server = await MiniRelayServer.start();
  const { address: relay, fingerprint: identity = "" } = server;
  await using client = await RelayClient.connect({ relay, identity });
  assertEquals(client.fingerprint, identity);
  const error = await assertRejects(
    () => RelayClient.connect({ relay, identity: fingerprint(1) }),
    RelayIdentityError,
  );
  assertEquals(error.code, "IDENTITY_MISMATCH");
});

Deno.test("RelayClient tells that a relay proves no identity", async () => {
  await using server = await MiniRelayServer.start({ provesIdentity: null });
  await using client = await RelayClient.connect({ relay: server.address });
  assertEquals((await nextEvent(client, "trust")).news, "no_identity");
  assertEquals(client.fingerprint, undefined);
});

Deno.test("RelayClient.connect() fails when the known relays can't be read", async () => {
  await using directory = await temporaryDirectory();
  await Deno.mkdir(join(directory.path, "known_relays"));
  await using server = await MiniRelayServer.start();
  await assertRejects(
    () => RelayClient.connect({ relay: server.address, stateDirectory: directory.path }),
    StateFileError,
  );
});

import { assertEquals, assertRejects } from "@std/assert";
import { RelayClientError } from "../../src/client/relay_client_error.ts";
import { resolveHost } from "../../src/client/resolve_host.ts";

for (
  const [hostname, address] of [
    ["127.0.0.1", "127.0.0.1"],
    ["::1", "::1"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["2001:DB8::7", "2001:db8::7"],
    ["fe80::1%lo", "fe80::1%lo"],
    ["localhost", "127.0.0.1"],
  ] as const
) {
  Deno.test(`resolveHost() finds ${hostname}`, async () => {
    assertEquals(await resolveHost({ hostname, port: 5 }), { hostname: address, port: 5 });
  });
}

Deno.test("resolveHost() fails with a code for a name that nobody has", async () => {
  const error = await assertRejects(
    () => resolveHost({ hostname: "no such name", port: 5 }),
    RelayClientError,
  );
  assertEquals(error.code, "HOST_NOT_FOUND");
});

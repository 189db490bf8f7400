import { assertEquals } from "@std/assert";
import { localAddress } from "../../src/client/local_address.ts";

for (
  const { kind, hostname, interfaceAddress, local } of [
    { kind: "relay", hostname: "127.0.0.1", local: "127.0.0.1" },
    { kind: "relay", hostname: "127.8.0.1", local: "127.0.0.1" },
    { kind: "relay", hostname: "::1", local: "::1" },
    { kind: "relay", hostname: "192.0.2.7", local: "0.0.0.0" },
    { kind: "relay", hostname: "2001:db8::7", local: "::" },
    { kind: "group", hostname: "239.255.77.77", local: "0.0.0.0" },
    { kind: "group", hostname: "ff15::1", local: "::" },
    {
      kind: "group",
      hostname: "239.255.77.77",
      interfaceAddress: "127.0.0.1",
      local: "127.0.0.1",
    },
    { kind: "relay", hostname: "192.0.2.7", interfaceAddress: "192.0.2.1", local: "192.0.2.1" },
  ] as const
) {
  const by = interfaceAddress === undefined ? "" : ` by ${interfaceAddress}`;
  Deno.test(`localAddress() binds to ${local} for ${kind} ${hostname}${by}`, () => {
    const target = { kind, endpoint: { hostname, port: 47_700 } };
    assertEquals(localAddress(target, interfaceAddress), local);
  });
}

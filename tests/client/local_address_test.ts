import { assertEquals, assertExists } from "@std/assert";
import { localAddress, plainAddress, sharedLocalAddress } from "../../src/client/local_address.ts";

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

for (
  const { hostnames, local, interfaceAddress } of [
    { hostnames: ["127.0.0.1"], local: "127.0.0.1" },
    { hostnames: ["127.0.0.1", "127.0.0.2"], local: "127.0.0.1" },
    { hostnames: ["127.0.0.1", "192.0.2.7"], local: "0.0.0.0" },
    { hostnames: ["::1", "::1"], local: "::1" },
    { hostnames: ["::1", "2001:db8::7"], local: "::" },
    { hostnames: ["127.0.0.1", "::1"], local: "::" },
    { hostnames: ["192.0.2.7", "192.0.2.8", "2001:db8::7"], local: "::" },
    { hostnames: ["192.0.2.7", "::1"], interfaceAddress: "192.0.2.1", local: "192.0.2.1" },
  ]
) {
  Deno.test(`sharedLocalAddress() binds to ${local} for ${hostnames.join(" and ")}`, () => {
    const [first, ...others] = hostnames.map((hostname) =>
      ({ kind: "relay", endpoint: { hostname, port: 47_700 } }) as const
    );
    assertExists(first);
    assertEquals(sharedLocalAddress([first, ...others], interfaceAddress), local);
  });
}

for (
  const [reported, plain] of [
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::FFFF:192.0.2.7", "192.0.2.7"],
    ["192.0.2.7", "192.0.2.7"],
    ["::1", "::1"],
    ["::ffff:1:2", "::ffff:1:2"],
    ["1::ffff:192.0.2.7", "1::ffff:192.0.2.7"],
  ] as const
) {
  Deno.test(`plainAddress() makes ${plain} of ${reported}`, () => {
    assertEquals(plainAddress(reported), plain);
  });
}

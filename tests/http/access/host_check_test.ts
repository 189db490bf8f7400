import { assertEquals } from "@std/assert";
import { HostCheck, type HostVerdict } from "../../../src/http/access/host_check.ts";

interface HostCase {
  readonly boundTo: string;
  readonly verdict: HostVerdict;
  readonly hosts: readonly (string | undefined)[];
}

const NAMES = ["relay.example", " Ops.Example"];

const cases: readonly HostCase[] = [
  {
    boundTo: "127.0.0.1",
    verdict: "allowed",
    hosts: [
      "127.0.0.1",
      "127.0.0.1:47702",
      "127.0.0.1:1",
      "127.8.9.10:47702",
      "localhost",
      "LocalHost:1234",
      "[::1]",
      "[::1]:1",
      "relay.example",
      "RELAY.example:8443",
      "ops.example",
    ],
  },
  {
    boundTo: "127.0.0.1",
    verdict: "refused",
    hosts: [
      "evil.example",
      "evil.example:47702",
      "127.0.0.1.evil.example",
      "127.0.0.1.evil.example:47702",
      "localhost.evil.example",
      "localhost.",
      "x.localhost",
      "relay.example.evil.example",
      "xrelay.example",
      "192.0.2.1",
      "0.0.0.0:47702",
      "[::]",
      "[2001:db8::1]:47702",
      "[::ffff:127.0.0.1]",
      "127.1",
      "2130706433",
      "0x7f.0.0.1",
      "127.0.0.999",
      "128.0.0.1",
    ],
  },
  { boundTo: "::1", verdict: "allowed", hosts: ["[::1]:47702", "localhost", "127.0.0.1"] },
  { boundTo: "::1", verdict: "refused", hosts: ["[::2]", "evil.example"] },
  {
    boundTo: "0.0.0.0",
    verdict: "allowed",
    hosts: [
      "127.0.0.1",
      "192.0.2.1:47702",
      "[2001:db8::1]:47702",
      "[::1]",
      "localhost:1",
      "relay.example",
    ],
  },
  {
    boundTo: "0.0.0.0",
    verdict: "refused",
    hosts: ["evil.example", "192.0.2.1.evil.example", "192.0.2", "192.0.2.256"],
  },
  {
    boundTo: "0.0.0.0",
    verdict: "malformed",
    hosts: [
      undefined,
      "",
      " ",
      ":47702",
      "127.0.0.1, 127.0.0.1",
      "127.0.0.1, evil.example",
      "user@127.0.0.1",
      "user:password@127.0.0.1",
      "127.0.0.1:",
      "127.0.0.1:port",
      "127.0.0.1:123456",
      "127.0.0.1/",
      "127.0.0.1?",
      "127.0.0.1#",
      "127.0.0.1\\",
      "127.0.0.1 ",
      "::1",
      "[::1",
      "[127.0.0.1]",
      "[evil.example]",
      "[:::]",
      "[::1]x",
      "[fe80::1%eth0]",
      "löcalhost",
      "evil.example\n",
    ],
  },
];

for (const { boundTo, verdict, hosts } of cases) {
  for (const host of hosts) {
    Deno.test(`HostCheck.verdict() on ${boundTo} of ${JSON.stringify(host)} is ${verdict}`, () => {
      assertEquals(new HostCheck(boundTo, NAMES).verdict(host), verdict);
    });
  }
}

import { assertEquals } from "@std/assert";
import { isMulticastAddress } from "../../src/session/multicast_address.ts";

for (const address of ["224.0.0.0", "239.255.77.77", "239.255.255.255", "ff02::1", "FF05::4d4d"]) {
  Deno.test(`isMulticastAddress() takes ${address}`, () => {
    assertEquals(isMulticastAddress(address), true);
  });
}

const others = [
  ...["223.255.255.255", "240.0.0.0", "127.0.0.1", "0.0.0.0", "224.0.0", "224.0.0.256"],
  ...["224.0.0.x", "fe80::1", "::", "ff02", "localhost", ""],
];
for (const address of others) {
  Deno.test(`isMulticastAddress() refuses "${address}"`, () => {
    assertEquals(isMulticastAddress(address), false);
  });
}

import { assertEquals } from "@std/assert";
import { datagramStatistics } from "../../src/observe/datagram_statistics.ts";

Deno.test("datagramStatistics() gives counters the names that operators see", () => {
  const counters = { datagramsIn: 1, datagramsOut: 2, bytesIn: 3, bytesOut: 4 };
  assertEquals(datagramStatistics(counters), { in: 1, bytes_in: 3, out: 2, bytes_out: 4 });
});

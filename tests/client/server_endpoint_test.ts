import { assertEquals, assertThrows } from "@std/assert";
import { serverEndpoint } from "../../src/client/server_endpoint.ts";
import type { Endpoint } from "../../src/session/endpoint.ts";

const good: { location: string | Endpoint; endpoint: Endpoint }[] = [
  { location: "a.example", endpoint: { hostname: "a.example", port: 47_700 } },
  { location: "[::1]:5", endpoint: { hostname: "::1", port: 5 } },
  { location: { hostname: "::1", port: 5 }, endpoint: { hostname: "::1", port: 5 } },
];
for (const { location, endpoint } of good) {
  Deno.test(`serverEndpoint() reads ${JSON.stringify(location)}`, () => {
    assertEquals(serverEndpoint(location, "relay", 47_700), endpoint);
  });
}

const bad: { location: unknown; says: string }[] = [
  { location: undefined, says: "no address of relay given" },
  { location: null, says: "no address of relay given" },
  { location: "a b", says: "want HOST:PORT, got a b" },
  { location: { hostname: "a", port: 70_000 }, says: "want HOST:PORT, got a:70000" },
  { location: { hostname: "a", port: 0 }, says: "want HOST:PORT, got a:0" },
  { location: {}, says: "want HOST:PORT, got undefined:undefined" },
  { location: 5, says: "want HOST:PORT, got undefined:undefined" },
];
for (const { location, says } of bad) {
  Deno.test(`serverEndpoint() refuses ${JSON.stringify(location)}`, () => {
    // As a program without types would call it.
    assertThrows(() => serverEndpoint(location as Endpoint, "relay", 47_700), TypeError, says);
  });
}

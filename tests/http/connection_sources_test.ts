import { assert, assertEquals } from "@std/assert";
import {
  ConnectionSources,
  MAX_CONNECTIONS_PER_SOURCE,
} from "../../src/http/connection_sources.ts";

/** Connects so often that one connection more is one too many. */
function fill(sources: ConnectionSources, address: string): (() => void)[] {
  return Array.from({ length: MAX_CONNECTIONS_PER_SOURCE }, () => {
    const leave = sources.admit(address);
    assert(leave !== undefined);
    return leave;
  });
}

const SAME_SOURCE = [
  { name: "an IPv4 address", first: "192.0.2.7", again: "192.0.2.7" },
  { name: "an IPv4 address in its IPv6 form", first: "192.0.2.7", again: "::ffff:192.0.2.7" },
  { name: "the /64 of an IPv6 address", first: "2001:db8::1", again: "2001:db8::2" },
];

for (const { name, first, again } of SAME_SOURCE) {
  Deno.test(`ConnectionSources.admit() bounds the connections of ${name}`, () => {
    const sources = new ConnectionSources();
    const [leave] = fill(sources, first);
    assertEquals(sources.admit(again), undefined);
    leave?.();
    assert(sources.admit(again) !== undefined);
  });
}

Deno.test("ConnectionSources.admit() leaves places for other sources", () => {
  const sources = new ConnectionSources();
  fill(sources, "192.0.2.7");
  assert(sources.admit("192.0.2.8") !== undefined);
});

for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) {
  Deno.test(`ConnectionSources.admit() sets no bound for ${address}`, () => {
    const sources = new ConnectionSources();
    fill(sources, address);
    assert(sources.admit(address) !== undefined);
  });
}

Deno.test("ConnectionSources forgets a source without connections", () => {
  const sources = new ConnectionSources();
  const leaves = fill(sources, "192.0.2.7");
  assertEquals(sources.size, 1);
  for (const leave of leaves) leave();
  assertEquals(sources.size, 0);
});

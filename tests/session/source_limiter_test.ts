import { assertEquals } from "@std/assert";
import { sourceKey, SourceLimiter } from "../../src/session/source_limiter.ts";

const PLENTY = { burst: 1_000, perSecond: 1_000 };
const LIMITS = { perSource: { burst: 2, perSecond: 1 }, global: PLENTY, maxSources: 3 };

const sameSource: { name: string; addresses: string[] }[] = [
  {
    name: "the addresses of one /64",
    addresses: [
      "2001:db8:1:2::",
      "2001:db8:1:2::1",
      "2001:db8:1:2:0:0:0:1",
      "2001:db8:1:2:ffff:ffff:ffff:ffff",
      "2001:0db8:0001:0002:0003:0004:0005:0006",
      "2001:DB8:1:2::A",
      "2001:db8:1:2::192.0.2.1",
    ],
  },
  {
    name: "a /64 that ends in zeros",
    addresses: [
      "2001:db8::",
      "2001:db8::1",
      "2001:db8:0::1",
      "2001:db8:0:0::1",
      "2001:db8:0:0:1::",
      "2001:db8:0:0:1:2:3:4",
      "2001:db8::1:2:3:4",
    ],
  },
  {
    name: "a /64 that begins with zeros",
    addresses: ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8", "0:2:3:4::", "0000:0002:3:4::8"],
  },
  {
    name: "a /64 with a zero within",
    addresses: ["1::3:4:5:6:7:8", "1:0:3:4:5:6:7:8", "1:0:3:4::", "1::3:4:5:6:0.7.0.8"],
  },
  { name: "a /64 with a zero at its end", addresses: ["1:2:3::5:6:7:8", "1:2:3:0::", "1:2:3::"] },
  { name: "the zero address and the loopback", addresses: ["::", "::1", "0:0:0:0:0:0:0:1"] },
  {
    name: "a link-local /64, whatever the zone",
    addresses: ["fe80::1%eth0", "fe80::2%eth1", "fe80::%1", "fe80::1", "FE80:0:0:0::9%a.b-c"],
  },
  { name: "an IPv4 address", addresses: ["192.0.2.1", "192.0.2.1"] },
  {
    name: "an IPv4 address as a socket for both families shows it",
    addresses: [
      "192.0.2.1",
      "::ffff:192.0.2.1",
      "::FFFF:192.0.2.1",
      "::ffff:c000:201",
      "0:0:0:0:0:ffff:c000:0201",
      "0:0:0:0:0:ffff:192.0.2.1",
    ],
  },
];
for (const { name, addresses } of sameSource) {
  Deno.test(`sourceKey() is the same for ${name}`, () => {
    assertEquals([...new Set(addresses.map(sourceKey))].length, 1);
  });
}

const apart: { name: string; addresses: string[] }[] = [
  { name: "IPv4 addresses", addresses: ["192.0.2.1", "192.0.2.2", "192.0.2.10"] },
  { name: "IPv4 addresses on IPv6", addresses: ["::ffff:192.0.2.1", "::ffff:192.0.2.2"] },
  { name: "an IPv4 address and the loopback of IPv6", addresses: ["0.0.0.1", "::1"] },
  {
    name: "each /64 of a /48",
    addresses: ["2001:db8:1::1", "2001:db8:1:1::1", "2001:db8:1:2::1", "2001:db8:1:20::1"],
  },
  { name: "groups that a :: moves", addresses: ["1::", "0:1::", "::1:0:0:0:0:0", "::1:0:0:0:0"] },
  { name: "mapped and compatible addresses", addresses: ["::ffff:192.0.2.1", "::192.0.2.1"] },
  { name: "what only looks like a mapped address", addresses: ["::fffe:1.2.3.4", "1.2.3.4"] },
];
for (const { name, addresses } of apart) {
  Deno.test(`sourceKey() tells ${name} apart`, () => {
    assertEquals(new Set(addresses.map(sourceKey)).size, addresses.length);
  });
}

const keys: { address: string; key: string }[] = [
  { address: "192.0.2.1", key: "192.0.2.1" },
  { address: "::ffff:192.0.2.1", key: "192.0.2.1" },
  { address: "2001:0DB8:0:1::1", key: "2001:db8:0:1" },
  { address: "::1", key: "0:0:0:0" },
  { address: "fe80::1%eth0", key: "fe80:0:0:0" },
];
for (const { address, key } of keys) {
  Deno.test(`sourceKey() is ${key} for ${address}`, () => assertEquals(sourceKey(address), key));
}

Deno.test("SourceLimiter.take() gives each source its own burst and rate", () => {
  const limiter = new SourceLimiter(LIMITS, 0);
  assertEquals(takes(limiter, ["a", "a", "a", "b", "b", "b"], 0), "110110");
  assertEquals(takes(limiter, ["a", "b"], 999), "00");
  assertEquals(takes(limiter, ["a", "a", "b", "b"], 1_000), "1010");
});

Deno.test("SourceLimiter.take() counts a /64 as one source", () => {
  const limiter = new SourceLimiter(LIMITS, 0);
  const addresses = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1"];
  assertEquals(takes(limiter, addresses, 0), "1101");
});

Deno.test("SourceLimiter.take() gives all sources together no more than the global rate", () => {
  const limiter = new SourceLimiter({ ...LIMITS, global: { burst: 3, perSecond: 1 } }, 0);
  assertEquals(takes(limiter, ["a", "b", "c", "d"], 0), "1110");
  assertEquals(takes(limiter, ["d", "e"], 1_000), "10");
});

Deno.test("SourceLimiter.take() takes nothing from a source when the global bucket is empty", () => {
  const limiter = new SourceLimiter({ ...LIMITS, global: { burst: 1, perSecond: 2 } }, 0);
  assertEquals(takes(limiter, ["a", "b", "b", "b", "b"], 0), "10000");
  assertEquals(takes(limiter, ["b"], 500) + takes(limiter, ["b"], 1_000), "11");
});

Deno.test("SourceLimiter.take() takes nothing from the global bucket when a source is empty", () => {
  const limiter = new SourceLimiter({ ...LIMITS, global: { burst: 3, perSecond: 0 } }, 0);
  assertEquals(takes(limiter, ["a", "a", "a", "a", "a", "b", "b"], 0), "1100010");
});

Deno.test("SourceLimiter.size stays at maxSources", () => {
  const limiter = new SourceLimiter(LIMITS, 0);
  const sizes = ["a", "b", "c", "d", "e"].map((address) => {
    limiter.take(address, 0);
    return limiter.size;
  });
  assertEquals(sizes, [1, 2, 3, 3, 3]);
});

Deno.test("SourceLimiter.take() remembers as many sources as the bound says", () => {
  const limiter = new SourceLimiter(LIMITS, 0);
  assertEquals(takes(limiter, ["a", "a", "b", "c", "a"], 0), "11110");
});

Deno.test("SourceLimiter.take() forgets the source that was quiet longest one past it", () => {
  const limiter = new SourceLimiter(LIMITS, 0);
  assertEquals(takes(limiter, ["a", "a", "b", "b", "c", "a"], 0), "111110");
  // "a" asked last, so "b" is the one that goes and comes back with a new bucket.
  assertEquals(takes(limiter, ["d", "a", "b"], 0), "101");
});

Deno.test("SourceLimiter.take() bounds a flood from forged addresses by the global bucket", () => {
  const limiter = new SourceLimiter({ ...LIMITS, global: { burst: 50, perSecond: 50 } }, 0);
  let taken = 0;
  for (let index = 0; index < 10_000; index++) {
    if (limiter.take(`10.0.${index >> 8}.${index & 255}`, index / 10)) taken++;
  }
  assertEquals(taken <= 50 + 50, true);
  assertEquals(limiter.size, 3);
});

function takes(limiter: SourceLimiter, addresses: readonly string[], nowMs: number): string {
  return addresses.map((address) => limiter.take(address, nowMs) ? "1" : "0").join("");
}

import { assertEquals } from "@std/assert";
import { streamBounds, streamConfig } from "../../src/cluster/stream_config.ts";

const limits = { maxMessages: 10_000, maxBytes: 30_000_000, maxAgeMs: undefined };

Deno.test("streamBounds() leaves room for what sealing adds", () => {
  assertEquals(streamBounds(limits), {
    max_msgs: 10_000,
    max_bytes: 40_000_000 + 6_400_000,
    max_age: 0,
  });
});

Deno.test("streamBounds() does not count messages that the bytes leave no room for", () => {
  const { max_bytes } = streamBounds({ ...limits, maxMessages: 1e15 });
  assertEquals(max_bytes, 40_000_000 + Math.ceil(30_000_000 / 32) * 640);
});

Deno.test("streamBounds() lets relays read what a history does not keep", () => {
  assertEquals(streamBounds({ maxMessages: 1, maxBytes: 1, maxAgeMs: undefined }), {
    max_msgs: 4_096,
    max_bytes: 16 * 1024 * 1024,
    max_age: 0,
  });
});

for (
  const { maxAgeMs, seconds } of [
    { maxAgeMs: 1_000, seconds: 300 },
    { maxAgeMs: 300_001, seconds: 301 },
    { maxAgeMs: 86_400_000, seconds: 86_400 },
  ]
) {
  Deno.test(`streamBounds() keeps messages ${seconds} s for an age of ${maxAgeMs} ms`, () => {
    assertEquals(streamBounds({ ...limits, maxAgeMs }).max_age, seconds * 1e9);
  });
}

Deno.test("streamConfig() names stream and subject after the cluster", () => {
  const config = streamConfig({ cluster: "shop", limits, replicas: 3, label: "{}" });
  assertEquals(config.name, "hushcast-shop");
  assertEquals(config.subjects, ["hushcast.shop.said"]);
  assertEquals([config.num_replicas, config.duplicate_window], [3, 300e9]);
});

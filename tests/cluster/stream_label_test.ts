import { assertEquals } from "@std/assert";
import { ClusterKeys } from "../../src/cluster/cluster_keys.ts";
import { readStreamLabel, streamLabel } from "../../src/cluster/stream_label.ts";
import { Fernet } from "../../src/crypto/fernet.ts";
import { CLUSTER_KEY } from "../support/nats_relay.ts";

const keys = new ClusterKeys(CLUSTER_KEY, "test");
const seriesId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const label = streamLabel(keys, seriesId);

Deno.test("readStreamLabel() finds the series of a stream of ours", () => {
  assertEquals(readStreamLabel(keys, label), { owner: "us", seriesId });
});

for (
  const { name, other } of [
    { name: "another key", other: new ClusterKeys(Fernet.generateKey(), "test") },
    { name: "another cluster", other: new ClusterKeys(CLUSTER_KEY, "other") },
  ]
) {
  Deno.test(`readStreamLabel() tells a stream of ${name}`, () => {
    assertEquals(readStreamLabel(other, label), { owner: "other_key" });
  });
}

Deno.test("readStreamLabel() notices a series that was changed by someone without the key", () => {
  const forged = label.replace("0102030405060708", "0102030405060709");
  assertEquals(readStreamLabel(keys, forged), { owner: "other_key" });
});

for (
  const description of [
    undefined,
    "",
    "orders of the shop",
    "null",
    "[]",
    "{}",
    `{"hushcast":1}`,
    `{"hushcast":2,"series":"0102030405060708","check":"${"0".repeat(64)}"}`,
    `{"hushcast":1,"series":"01","check":"${"0".repeat(64)}"}`,
    `{"hushcast":1,"series":"0102030405060708","check":"00"}`,
    `{"hushcast":1,"series":7,"check":[]}`,
    label.slice(0, -1),
  ]
) {
  Deno.test(`readStreamLabel() takes ${description} for a stranger's`, () => {
    assertEquals(readStreamLabel(keys, description), { owner: "stranger" });
  });
}

import { assertEquals } from "@std/assert";
import { ClusterKeys } from "../../src/cluster/cluster_keys.ts";
import { openSaid, sealSaid } from "../../src/cluster/said_seal.ts";
import { Fernet } from "../../src/crypto/fernet.ts";
import { CLUSTER_KEY, saidMessage } from "../support/nats_relay.ts";

const NOW = 1_700_000_000_000;
const keys = new ClusterKeys(CLUSTER_KEY, "test");
const message = saidMessage("one", 1);
const mark = keys.markOf(message.messageId);
const token = sealSaid(keys, message, NOW);

Deno.test("openSaid() gives a message back", () => {
  assertEquals(openSaid(keys, { mark, keptUnixMs: NOW, token }), { type: "message", message });
});

for (
  const { name, afterMs, type } of [
    { name: "takes a token of a clock that is a minute ahead", afterMs: -60_000, type: "message" },
    { name: "refuses one of a clock further ahead", afterMs: -60_001, type: "untimely" },
    { name: "takes a token just before it is too old", afterMs: 239_999, type: "message" },
    { name: "refuses one that is", afterMs: 240_000, type: "untimely" },
  ] as const
) {
  Deno.test(`openSaid() ${name}`, () => {
    assertEquals(openSaid(keys, { mark, keptUnixMs: NOW + afterMs, token }).type, type);
  });
}

for (
  const { name, sealed } of [
    { name: "a token under another mark", sealed: { mark: keys.markOf("other"), token } },
    { name: "a token without mark", sealed: { mark: undefined, token } },
    { name: "no token", sealed: { mark, token: new Uint8Array() } },
    {
      name: "a token of another cluster of the same key",
      sealed: { mark, token: sealSaid(new ClusterKeys(CLUSTER_KEY, "other"), message, NOW) },
    },
    {
      name: "a token under another key",
      sealed: {
        mark,
        token: sealSaid(new ClusterKeys(Fernet.generateKey(), "test"), message, NOW),
      },
    },
    {
      name: "a token for the bus",
      sealed: { mark, token: keys.bus.encrypt(new Uint8Array(100), { now: NOW / 1000 }) },
    },
    {
      name: "authentic rubbish",
      sealed: { mark, token: keys.said.encrypt(new Uint8Array(100), { now: NOW / 1000 }) },
    },
  ]
) {
  Deno.test(`openSaid() takes ${name} for foreign`, () => {
    assertEquals(openSaid(keys, { ...sealed, keptUnixMs: NOW }), { type: "foreign" });
  });
}

Deno.test("ClusterKeys.markOf() tells nothing of the id, and is the same for all relays", () => {
  const again = new ClusterKeys(CLUSTER_KEY, "test");
  assertEquals(again.markOf("id"), keys.markOf("id"));
  assertEquals(/^[A-Za-z0-9_-]{22}$/.test(keys.markOf("id")), true);
  assertEquals(new Set(["a", "b", "c"].map((id) => keys.markOf(id))).size, 3);
});

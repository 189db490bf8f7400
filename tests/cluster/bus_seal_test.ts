import { assertEquals } from "@std/assert";
import { BusSeal } from "../../src/cluster/bus_seal.ts";
import { ClusterKeys } from "../../src/cluster/cluster_keys.ts";
import { CLUSTER_KEY } from "../support/nats_relay.ts";

const NOW = 1_700_000_000;
const from = "00000000000000aa";
const own = "00000000000000bb";
const keys = new ClusterKeys(CLUSTER_KEY, "test");
const payload = Uint8Array.of(1, 2, 3);
const FOREIGN = { type: "foreign" } as const;

Deno.test("BusSeal.open() gives back what was said, once", () => {
  const token = new BusSeal(keys).seal({ from, payload }, NOW);
  const seal = new BusSeal(keys);
  assertEquals(seal.open(token, own, NOW), { type: "message", message: { from, payload } });
  assertEquals(seal.open(token, own, NOW), FOREIGN);
  assertEquals(seal.open(token, own, NOW + 59), FOREIGN);
});

for (
  const { name, at, isOpen } of [
    { name: "takes what is a minute old", at: NOW + 60, isOpen: true },
    { name: "drops what is older", at: NOW + 61, isOpen: false },
    { name: "takes what comes from a minute ahead", at: NOW - 60, isOpen: true },
    { name: "drops what comes from further ahead", at: NOW - 61, isOpen: false },
  ]
) {
  Deno.test(`BusSeal.open() ${name}`, () => {
    const seal = new BusSeal(keys);
    const token = seal.seal({ from, payload }, NOW);
    assertEquals(
      seal.open(token, own, at),
      isOpen
        ? { type: "message", message: { from, payload } }
        : { type: "untimely", aheadSeconds: NOW - at },
    );
  });
}

Deno.test("BusSeal.open() drops what was not sealed for the bus of this cluster", () => {
  const seal = new BusSeal(keys);
  const elsewhere = new BusSeal(new ClusterKeys(CLUSTER_KEY, "other"));
  assertEquals(seal.open(elsewhere.seal({ from, payload }, NOW), own, NOW), FOREIGN);
  assertEquals(seal.open(keys.said.encrypt(new Uint8Array(20), { now: NOW }), own, NOW), FOREIGN);
  assertEquals(seal.open(keys.bus.encrypt(new Uint8Array(7), { now: NOW }), own, NOW), FOREIGN);
  assertEquals(seal.open(new Uint8Array(), own, NOW), FOREIGN);
});

Deno.test("BusSeal.open() takes an empty payload", () => {
  const seal = new BusSeal(keys);
  const token = seal.seal({ from, payload: new Uint8Array() }, NOW);
  assertEquals(seal.open(token, own, NOW), {
    type: "message",
    message: { from, payload: new Uint8Array() },
  });
});

Deno.test("BusSeal.open() tells what this relay said itself, however often it comes", () => {
  const seal = new BusSeal(keys);
  const token = seal.seal({ from: own, payload }, NOW);
  const opened = [seal.open(token, own, NOW), seal.open(token, own, NOW)];
  assertEquals(opened, [{ type: "own" }, { type: "own" }]);
});

Deno.test("BusSeal.open() hears others again when a clock is right that was ahead, and later on", () => {
  const seal = new BusSeal(keys);
  const ahead = NOW + 3_600;
  for (let second = 0; second < 300; second++) {
    seal.open(seal.seal({ from: own, payload }, ahead + second), own, ahead + second);
  }
  for (const at of [NOW + 300, ahead, ahead + 100, ahead + 300]) {
    const { type } = seal.open(seal.seal({ from, payload }, at), own, at);
    assertEquals(type, "message", `${at - NOW} s`);
  }
});

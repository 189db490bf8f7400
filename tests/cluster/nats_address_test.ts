import { assertEquals, assertThrows } from "@std/assert";
import { parseNatsAddress, userOf } from "../../src/cluster/nats_address.ts";
import { assertThrowsWithCode } from "../support/assert_code.ts";

const nobody = { isTls: false, user: undefined, password: undefined };

for (
  const { text, address } of [
    { text: "nats://10.0.0.1:4300", address: { ...nobody, server: "10.0.0.1:4300" } },
    { text: "nats://nats.example", address: { ...nobody, server: "nats.example:4222" } },
    { text: "nats://nats.example/", address: { ...nobody, server: "nats.example:4222" } },
    { text: "tls://a:1", address: { ...nobody, server: "a:1", isTls: true } },
    { text: "nats://[::1]:4222", address: { ...nobody, server: "[::1]:4222" } },
    {
      text: "nats://me:pass%3Aw%40rd@a:1",
      address: { server: "a:1", isTls: false, user: "me", password: "pass:w@rd" },
    },
    { text: "nats://token@a:1", address: { ...nobody, server: "a:1", user: "token" } },
  ]
) {
  Deno.test(`parseNatsAddress() reads ${text}`, () => {
    assertEquals(parseNatsAddress(text), address);
  });
}

for (
  const text of [
    "",
    "a:4222",
    "127.0.0.1:4222",
    "http://a:4222",
    "nats://",
    "nats://a:99999",
    "nats://a:4222/path",
    "nats://a:4222?x=1",
    "nats://me:hidden@",
  ]
) {
  Deno.test(`parseNatsAddress() refuses "${text}", and does not repeat it`, () => {
    const { message } = assertThrows(() => parseNatsAddress(text), TypeError);
    assertEquals(message.includes("hidden"), false);
  });
}

Deno.test("userOf() takes the one user that addresses name", () => {
  const addresses = ["nats://a", "nats://me:p@b", "nats://me:p@c"].map(parseNatsAddress);
  assertEquals(userOf(addresses), { user: "me", password: "p" });
  assertEquals(userOf(addresses.slice(0, 1)), undefined);
});

Deno.test("userOf() refuses several users", () => {
  const addresses = ["nats://me:p@b", "nats://me:q@c"].map(parseNatsAddress);
  assertThrowsWithCode(() => userOf(addresses), "CLUSTER_CREDENTIALS");
});

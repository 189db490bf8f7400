import { assertEquals } from "@std/assert";
import { decodePem, encodePem, pemMarkers } from "../../src/crypto/pem.ts";

const ONE = pemMarkers("ONE");
const OTHER = pemMarkers("OTHER");

Deno.test("pemMarkers() gives the lines of a label", () => {
  assertEquals(ONE, { begin: "-----BEGIN ONE-----", end: "-----END ONE-----" });
});

Deno.test("encodePem() writes the block of one kind, and decodePem() reads that and no other", () => {
  const pem = encodePem(ONE, Uint8Array.of(1, 2, 3));
  assertEquals(pem, "-----BEGIN ONE-----\nAQID\n-----END ONE-----\n");
  assertEquals(decodePem(ONE, pem), Uint8Array.of(1, 2, 3));
  assertEquals(decodePem(OTHER, pem), undefined);
});

Deno.test("decodePem() finds the block of its kind among others", () => {
  const pem = encodePem(OTHER, Uint8Array.of(9)) + encodePem(ONE, Uint8Array.of(1)) +
    encodePem(ONE, Uint8Array.of(2));
  assertEquals(decodePem(ONE, pem), Uint8Array.of(1));
});

Deno.test("decodePem() refuses a block that ends as another kind", () => {
  assertEquals(decodePem(ONE, "-----BEGIN ONE-----\nAQID\n-----END OTHER-----\n"), undefined);
});

import { assertEquals } from "@std/assert";
import { applyMask, mgf1 } from "../../src/crypto/mgf1.ts";

// Computed with Python's hashlib.
const masks = [
  { name: "no mask at all", seed: "seed", length: 0, mask: "" },
  { name: "a byte", seed: "seed", length: 1, mask: "33" },
  {
    name: "a whole digest",
    seed: "seed",
    length: 32,
    mask: "336f28a022193939585a1b4edc989f870917f3a5f6ddd16e4fb357084a6bdfc2",
  },
  {
    name: "a digest and a byte",
    seed: "seed",
    length: 33,
    mask: "336f28a022193939585a1b4edc989f870917f3a5f6ddd16e4fb357084a6bdfc273",
  },
  {
    name: "50 bytes",
    seed: "bar",
    length: 50,
    mask:
      "382576a7841021cc28fc4c0948753fb8312090cea942ea4c4e735d10dc724b155f9f6069f289d61daca0cb814502ef04eae1",
  },
  {
    name: "40 bytes of an empty seed",
    seed: "",
    length: 40,
    mask: "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119b40711a88c703975",
  },
];
for (const { name, seed, length, mask } of masks) {
  Deno.test(`mgf1() gives ${name}`, () => {
    assertEquals(mgf1(new TextEncoder().encode(seed), length).toHex(), mask);
  });
}

Deno.test("mgf1() counts beyond a byte", () => {
  const mask = mgf1(new TextEncoder().encode("seed"), 8_200);
  assertEquals([mask.byteLength, mask.slice(-8).toHex()], [8_200, "cfe8646af04eb75c"]);
});

Deno.test("applyMask() masks bytes in place, and unmasks them", () => {
  const bytes = Uint8Array.of(0x00, 0xff, 0x5a);
  const mask = Uint8Array.of(0x0f, 0x0f, 0x5a);
  applyMask(bytes, mask);
  assertEquals(bytes, Uint8Array.of(0x0f, 0xf0, 0x00));
  applyMask(bytes, mask);
  assertEquals(bytes, Uint8Array.of(0x00, 0xff, 0x5a));
});

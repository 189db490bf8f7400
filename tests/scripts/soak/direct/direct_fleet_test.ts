import { assertEquals } from "@std/assert";
import { formOf } from "../../../../scripts/soak/direct/direct_fleet.ts";
import { directClients, directStrainOf } from "../../../../scripts/soak/direct/direct_strain.ts";

Deno.test("formOf() has one of twenty use RSA alone, and half of the others sign", () => {
  const forms = Array.from({ length: 100 }, (_, index) => formOf(index));
  const count = (form: string) => forms.filter((each) => each === form).length;
  assertEquals([count("plain_rsa"), count("signed"), count("hybrid")], [5, 50, 45]);
});

Deno.test("directStrainOf() bounds clients, and has more happen in a short run", () => {
  assertEquals([8, 200].map((clients) => directClients({ clients })), [8, 100]);
  const paces = [1, 150, 300, 900].map((seconds) => directStrainOf({ seconds, clients: 50 }).pace);
  assertEquals(paces, [0.05, 0.5, 1, 1]);
  assertEquals(directStrainOf({ seconds: 900, clients: 200 }).messagesPerSecond, 40);
});

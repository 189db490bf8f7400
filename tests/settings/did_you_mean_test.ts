import { assertEquals } from "@std/assert";
import { didYouMean } from "../../src/settings/did_you_mean.ts";

Deno.test("didYouMean() names what was meant, and says nothing where nothing is near", () => {
  assertEquals(didYouMean("--port"), " (did you mean --port?)");
  assertEquals(didYouMean(undefined), "");
});

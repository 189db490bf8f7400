import { assertEquals, assertThrows } from "@std/assert";
import { processEnvironment } from "../../src/settings/process_environment.ts";

Deno.test("processEnvironment() looks up variables of this process", () => {
  Deno.env.set("HUSHCAST_TEST_VARIABLE", "yes");
  try {
    assertEquals(processEnvironment().variable("HUSHCAST_TEST_VARIABLE"), "yes");
  } finally {
    Deno.env.delete("HUSHCAST_TEST_VARIABLE");
  }
  assertEquals(processEnvironment().variable("HUSHCAST_TEST_VARIABLE"), undefined);
});

Deno.test("processEnvironment() reads files, and throws when there is none", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/relay.json`, '{"name": "ä"}');
    const { readTextFile } = processEnvironment();
    assertEquals(readTextFile(`${directory}/relay.json`), '{"name": "ä"}');
    assertThrows(() => readTextFile(`${directory}/gone.json`), Deno.errors.NotFound);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

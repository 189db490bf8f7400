import { assertEquals } from "@std/assert";

Deno.test("docs/OTHER_LANGUAGES.md shows the Python client that the tests run", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/OTHER_LANGUAGES.md", import.meta.url));
  const client = await Deno.readTextFile(new URL("hushcast_client.py", import.meta.url));
  const [, shown] = /```python\n([\s\S]*?)```/.exec(page) ?? [];
  assertEquals(shown, client);
});

import { assertEquals, assertExists } from "@std/assert";
import { join } from "node:path";
import { RelayClient } from "../../src/client/mod.ts";
import { MiniRelayServer } from "../support/mini_relay_server.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const PAGE = new URL("../../docs/LIBRARY.md", import.meta.url);
const MODULE = new URL("../../src/client/mod.ts", import.meta.url);

/** The first block of code on the page, with the published name replaced by the module's place. */
async function codeOfPage(): Promise<string> {
  const page = await Deno.readTextFile(PAGE);
  const code = /```ts\n(.*?)```/s.exec(page)?.[1];
  assertExists(code, "the page has no code");
  return code.replace('"@hushcast/hushcast/client"', JSON.stringify(MODULE.href));
}

Deno.test("docs/LIBRARY.md shows code that works", async () => {
  await using directory = await temporaryDirectory();
  await using server = await MiniRelayServer.start();
  const file = join(directory.path, "greet.ts");
  await Deno.writeTextFile(file, await codeOfPage());
  const { greet } = await import(`file://${file}`);
  await using ben = await RelayClient.connect({ relay: server.address, name: "ben" });
  const greeting = greet(server.address);
  for await (const { sender, payload } of ben.messages()) {
    assertEquals([sender, new TextDecoder().decode(payload)], ["greeter", "Hello, everyone"]);
    break;
  }
  await ben.send("welcome");
  assertEquals(await greeting, "ben says welcome");
});

import { assert, assertEquals, assertExists } from "@std/assert";
import { join } from "node:path";
import { RelayClient } from "../../src/client/mod.ts";
import { MiniRelayServer } from "../support/mini_relay_server.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const PAGE = new URL("../../docs/LIBRARY.md", import.meta.url);
const MODULE = new URL("../../src/client/mod.ts", import.meta.url);

/** The published name of the module. */
const PUBLISHED = '"@hushcast/hushcast/client"';

/**
 * Imports a block of code of the page.
 *
 * @param directory Where the code is put.
 * @param name The function that the block exports.
 * @returns The module, with the published name replaced by the module's place.
 */
async function importCode(directory: string, name: string): Promise<Record<string, unknown>> {
  const page = await Deno.readTextFile(PAGE);
  const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
  // Of the functions of one name the first belongs to the relay client.
  const code = blocks.find((code) => code.includes(`export async function ${name}(`));
  assertExists(code, `the page has no code with ${name}`);
  const file = join(directory, `${name}.ts`);
  await Deno.writeTextFile(file, code.replace(PUBLISHED, JSON.stringify(MODULE.href)));
  return await import(`file://${file}`);
}

Deno.test("docs/LIBRARY.md shows code that works", async () => {
  await using directory = await temporaryDirectory();
  await using server = await MiniRelayServer.start();
  const { greet } = await importCode(directory.path, "greet");
  assert(typeof greet === "function");
  await using ben = await RelayClient.connect({ relay: server.address, name: "ben" });
  const greeting = greet(server.address);
  for await (const { sender, payload } of ben.messages()) {
    assertEquals([sender, new TextDecoder().decode(payload)], ["greeter", "Hello, everyone"]);
    break;
  }
  await ben.send("welcome");
  assertEquals(await greeting, "ben says welcome");
});

Deno.test("docs/LIBRARY.md shows code that works for reliable delivery", async () => {
  await using directory = await temporaryDirectory();
  await using server = await MiniRelayServer.start();
  server.relay.admission.token = "let-me-in";
  server.lose(0.1);
  const { report } = await importCode(directory.path, "report");
  assert(typeof report === "function");
  const readings = ["20.5", "20.6", "20.8"];
  await report(server.address, "let-me-in", readings);
  const texts = server.relay.messages.map(({ payload }) => new TextDecoder().decode(payload));
  assertEquals(texts.toSorted(), readings);
});

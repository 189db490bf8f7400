import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { LineProcess } from "../../scripts/line_process.ts";
import { receiverTest, startPythonReceiver } from "../support/direct_receiver.ts";
import { pythonTest } from "../support/python.ts";

const SCRIPT = new URL("direct_message.py", import.meta.url);

Deno.test("docs/OTHER_LANGUAGES.md shows the Python direct client that the tests run", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/OTHER_LANGUAGES.md", import.meta.url));
  const [, section = ""] = page.split("## The direct protocol in Python\n");
  const [, shown] = /```python\n([\s\S]*?)```/.exec(section) ?? [];
  assertEquals(shown, await Deno.readTextFile(SCRIPT));
});

receiverTest("acknowledges the message of docs/OTHER_LANGUAGES.md", async (server, python) => {
  assertEquals(await runScript(python, server.address, "grüße", server.fingerprint), 0);
  const long = "0123456789abcdef".repeat(6_000);
  assertEquals(await runScript(python, server.address, long), 0);
  assertEquals(await runScript(python, server.address, "misled", "SHA256:other"), 1);
  assertEquals(await runScript(python, server.address, "end"), 0);
  const received = await server.messagesUpTo("end");
  assertEquals(received.map(({ text }) => text), ["grüße", long, "end"]);
});

for (const kind of ["key request", "public key", "fragment", "PEM answer", "ACK", "NACK"]) {
  pythonTest(`the client of docs/OTHER_LANGUAGES.md gets over a lost ${kind}`, async (python) => {
    const losses = [`${kind}=1`, ...(kind === "NACK" ? ["fragment=2"] : [])];
    const lose = losses.flatMap((loss) => ["--lose", loss]);
    await using server = await startPythonReceiver(python, lose);
    assertEquals(await runScript(python, server.address, "x".repeat(5000)), 0);
    assertEquals((await server.messagesUpTo("x".repeat(5000))).length, 1);
  });
}

async function runScript(python: string, ...args: readonly string[]): Promise<number> {
  await using process = new LineProcess(python, [fileURLToPath(SCRIPT), ...args]);
  return await process.ended();
}

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import { LineProcess } from "../../scripts/line_process.ts";
import { pythonTest } from "../support/python.ts";
import { routeTo, startClient } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const CLIENT = fileURLToPath(new URL("hushcast_client.py", import.meta.url));

async function startPython(
  python: string,
  relay: RunningRelay,
  name: string,
): Promise<LineProcess> {
  const client = new LineProcess(python, [CLIENT, relay.relay, "--name", name]);
  await client.errorLine(/^registered$/);
  return client;
}

pythonTest("a Python client talks with the executable's clients, both ways", async (python) => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using ann = await startClient(relay, "chat", "ann", state.path);
  await using py = await startPython(python, relay, "py");
  await using snake = await startPython(python, relay, "snake");
  await py.line(/^joined\tsnake$/);
  await ann.line(/py.*joined/);
  await ann.type("grüße from ann");
  await py.line(/^ann\tgrüße from ann$/);
  await snake.line(/^ann\tgrüße from ann$/);
  await py.type("hello from py");
  await ann.line(/py.*hello from py/);
  await snake.line(/^py\thello from py$/);
  await snake.endInput();
  assertEquals(await snake.ended(), 0);
  await py.line(/^left\tsnake$/);
  relay.process.kill("SIGTERM");
  await py.line(/^disconnected\trelay is shutting down/);
});

pythonTest("a long message goes from Python to the executable and back", async (python) => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  const json = [...routeTo(relay, "unicast"), "--json"];
  await using log = await startClient(relay, "listen", "log", state.path, json);
  await using ann = await startClient(relay, "chat", "ann", state.path);
  await using py = await startPython(python, relay, "py");
  const long = "0123456789abcdef".repeat(12_500);
  await py.type(long);
  const heard = await log.line(/"sender":"py"/);
  assertEquals(JSON.parse(heard.input).text, long);
  await ann.type(long.toUpperCase());
  const [line] = await py.line(/^ann\t.*$/);
  assertEquals(line, `ann\t${long.toUpperCase()}`);
});

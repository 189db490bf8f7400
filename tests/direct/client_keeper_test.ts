import { assertEquals, assertRejects } from "@std/assert";
import { ClientKeeper } from "../../src/direct/client_keeper.ts";
import { ClientKeysFile } from "../../src/direct/client_keys_file.ts";
import type { ClientRecord } from "../../src/direct/client_record.ts";
import { DirectServerError } from "../../src/direct/direct_server_error.ts";
import { silentLogger } from "../../src/observe/event_logger.ts";
import { RecordingLogger } from "../control/fake_log.ts";
import { DirectFakeKey } from "../support/direct_fake_key.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { waitFor } from "../support/wait_for.ts";

const KEY = new DirectFakeKey(new SeededRandom(1), 256);

function record(port: number, lastSeenUnixMs = 0): ClientRecord {
  return {
    endpoint: { hostname: "127.0.0.1", port },
    key: KEY,
    sinceUnixMs: 0,
    lastSeenUnixMs,
    hasDelivered: false,
    speaksHybrid: false,
  };
}

async function portsIn(directory: string): Promise<number[]> {
  const records = await new ClientKeysFile(directory).read();
  return records.map(({ endpoint }) => endpoint.port);
}

Deno.test("ClientKeeper.open() finds nothing where nothing is kept", async () => {
  await using directory = await temporaryDirectory();
  const keeper = await ClientKeeper.open(directory.path, silentLogger);
  assertEquals(keeper.atStart, []);
  assertEquals(Array.from(Deno.readDirSync(directory.path)), []);
});

Deno.test("ClientKeeper.open() gives those first that were quiet longest", async () => {
  await using directory = await temporaryDirectory();
  await new ClientKeysFile(directory.path).write([record(1, 30), record(2, 10), record(3, 20)]);
  const keeper = await ClientKeeper.open(directory.path, silentLogger);
  assertEquals(keeper.atStart.map(({ endpoint }) => endpoint.port), [2, 3, 1]);
});

Deno.test("ClientKeeper.open() fails when something else is kept", async () => {
  await using directory = await temporaryDirectory();
  await Deno.writeTextFile(`${directory.path}/direct_clients.json`, "[]");
  await assertRejects(() => ClientKeeper.open(directory.path, silentLogger), DirectServerError);
});

Deno.test("ClientKeeper.close() writes what there is at the end, and nothing after it", async () => {
  await using directory = await temporaryDirectory();
  const keeper = await ClientKeeper.open(directory.path, silentLogger);
  keeper.noteTraffic(() => [record(1)]);
  keeper.noteChange(() => [record(2)]);
  await keeper.close([record(3)]);
  keeper.noteChange(() => [record(4)]);
  assertEquals(await portsIn(directory.path), [3]);
});

Deno.test("ClientKeeper.noteChange() writes a moment later, whatever waits for longer", async () => {
  await using directory = await temporaryDirectory();
  const keeper = await ClientKeeper.open(directory.path, silentLogger);
  let written = 0;
  keeper.noteTraffic(() => [record(1)]);
  keeper.noteChange(() => {
    written++;
    return [record(2)];
  });
  keeper.noteChange(() => [record(3)]);
  keeper.noteTraffic(() => [record(4)]);
  await waitFor(() => written > 0);
  await keeper.close([record(5)]);
  assertEquals([written, await portsIn(directory.path)], [1, [5]]);
});

Deno.test("ClientKeeper logs that it can't write, and goes on", async () => {
  await using directory = await temporaryDirectory();
  const state = `${directory.path}/state`;
  const logger = new RecordingLogger();
  const keeper = await ClientKeeper.open(state, logger);
  await Deno.writeTextFile(state, "a file is in the way");
  await keeper.close([record(1)]);
  assertEquals(logger.lines.map(({ level, message }) => [level, message]), [
    ["error", "client keys not kept"],
  ]);
});

Deno.test("ClientKeeper says once that it can't write, and when it can again", async () => {
  await using directory = await temporaryDirectory();
  const state = `${directory.path}/state`;
  const logger = new RecordingLogger();
  const keeper = await ClientKeeper.open(state, logger);
  await Deno.writeTextFile(state, "a file is in the way");
  await keeper.close([record(1)]);
  await keeper.close([record(1)]);
  await Deno.remove(state);
  await keeper.close([record(2)]);
  await keeper.close([record(3)]);
  assertEquals(logger.lines.map(({ level, message }) => [level, message]), [
    ["error", "client keys not kept"],
    ["info", "client keys are kept again"],
  ]);
  assertEquals(await portsIn(state), [3]);
});

Deno.test("ClientKeeper.close() lets go of the lock after the last write", async () => {
  await using directory = await temporaryDirectory();
  const atRelease: boolean[] = [];
  const file = `${directory.path}/direct_clients.json`;
  const lock = { [Symbol.dispose]: () => void atRelease.push(Deno.statSync(file).isFile) };
  const keeper = await ClientKeeper.open(directory.path, silentLogger, lock);
  await keeper.close([record(1)]);
  assertEquals(atRelease, [true]);
});

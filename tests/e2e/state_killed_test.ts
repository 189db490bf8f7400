import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { LineProcess } from "../../scripts/line_process.ts";
import { finish, startListener, startSender } from "../support/e2e_cluster_clients.ts";
import { historyFileIn, startKeeper } from "../support/e2e_history.ts";
import { namesIn } from "../support/state_files.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const KILLER = fileURLToPath(new URL("../support/state_killed_program.ts", import.meta.url));

const LOOPBACK = ["--no-multicast", "--bind", "127.0.0.1", "--port", "0", "--control-port", "0"];

/** What a process ends with that was killed by SIGKILL. */
const KILLED = 137;

/**
 * Before which step each start is killed. The first make the file of the lock, and write to it;
 * from then on that is step 0, and a file takes the next five: create, write, sync, rename, sync. The
 * identity is there after the fourth, and so the second turn is that of the history's key.
 */
const STARTS = [0, 1, ...[1, 2, 3, 4, 5], ...[1, 2, 3, 4, 5]];

/** What is there, of the files that are kept, after each of them. */
const IDENTITY_FROM = STARTS.indexOf(5);
const HISTORY_KEY_FROM = STARTS.lastIndexOf(5);

/** Starts a relay with a history, which is killed at a step. @returns Its exit code. */
async function startKilled(state: string, step: number): Promise<number> {
  const history = `sqlite:${historyFileIn(state)}`;
  const program = ["run", "-A", "--preload", KILLER, MAIN];
  await using process = new LineProcess(
    Deno.execPath(),
    [...program, "relay", ...LOOPBACK, "--state", state, "--history", history],
    { KILLED_AT: `${step}` },
  );
  const code = await process.ended();
  assertEquals(process.stdout, []);
  return code;
}

Deno.test("a relay that is killed at every step of its first start comes up whole in the end", async () => {
  await using directory = await temporaryDirectory();
  const { path } = directory;
  const keys = new Map<string, Uint8Array>();
  for (const [index, step] of STARTS.entries()) {
    assertEquals(await startKilled(path, step), KILLED, `start ${index} at step ${step}`);
    const names = namesIn(path);
    assertEquals(names.includes("identity.pk8"), index >= IDENTITY_FROM, `${index}: ${names}`);
    assertEquals(names.includes("history.key"), index >= HISTORY_KEY_FROM, `${index}: ${names}`);
    for (const name of ["identity.pk8", "history.key"].filter((name) => names.includes(name))) {
      const bytes = await Deno.readFile(`${path}/${name}`);
      assertEquals(bytes, keys.get(name) ?? bytes, `${name} was replaced`);
      keys.set(name, bytes);
    }
  }
  await using relay = await startKeeper(path);
  const way = ["--relay", relay.relay];
  await using log = await startListener({ name: "log", way, path });
  await using ada = await startSender({ name: "ada", way, path });
  await ada.type("kept");
  await finish(ada);
  await log.line(/"kept"/);
  assert(namesIn(path).filter((name) => name.includes(".new-")).length <= STARTS.length);
});

import { assert, assertEquals } from "@std/assert";
import { SoakedCluster } from "../../../../scripts/soak/cluster/soaked_cluster.ts";
import { temporaryDirectory } from "../../../support/temporary_directory.ts";
import { programTest } from "../../../support/test_with_program.ts";
import { waitFor } from "../../../support/wait_for.ts";

async function startCluster(directory: string): Promise<SoakedCluster> {
  return await SoakedCluster.start({
    directory,
    historyMessages: 100,
    clientTimeoutSeconds: 5,
    steadyFlags: [],
    warmUpMs: 0,
  });
}

programTest(
  "nats-server",
  "nats-server",
  "SoakedCluster has a relay that lives again at the same ports, and one that is left alone",
  async () => {
    await using directory = await temporaryDirectory();
    await using cluster = await startCluster(directory.path);
    const { steady, shaken } = cluster;
    const [{ relay, pid }, steadyPid] = [shaken, steady.pid];
    await waitFor(() => shaken.watch.readings > 0);
    await shaken.end("kill");
    const { readings } = shaken.watch;
    await shaken.restart();
    assertEquals(shaken.relay, relay);
    assert(shaken.pid !== pid && steady.pid === steadyPid);
    await waitFor(() => shaken.watch.readings > readings);
    assertEquals([shaken.watch.failedReadings, steady.watch.failedReadings], [0, 0]);
    await shaken.end("stop");
    assertEquals(shaken.brokenRules(), []);
    const starts = shaken.log.filter((line) => line.includes("relay started"));
    assertEquals(starts.length, 2, shaken.log.join("\n"));
  },
);

programTest(
  "nats-server",
  "nats-server",
  "SoakedCluster ends its relays also when NATS has ended by itself",
  async () => {
    await using directory = await temporaryDirectory();
    await using cluster = await startCluster(directory.path);
    Deno.kill(cluster.nats.pid, "SIGKILL");
    await waitFor(() => !isRunning(cluster.nats.pid));
    await cluster[Symbol.asyncDispose]();
    assertEquals(cluster.relays.map(({ pid }) => isRunning(pid)), [false, false]);
  },
);

/** SIGCONT does nothing to a process that runs. */
function isRunning(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

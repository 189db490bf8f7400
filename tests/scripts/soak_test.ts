import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { LineProcess } from "../../scripts/line_process.ts";
import { childrenOf, programOf } from "../support/executable_processes.ts";
import { leaveOut } from "../support/leave_out.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { waitFor } from "../support/wait_for.ts";

const SOAK = fileURLToPath(new URL("../../scripts/soak.ts", import.meta.url));

/** How much has been written to the histories of the relays that a soak keeps in a directory. */
function historyBytes(directory: string): number {
  return [...Deno.readDirSync(directory)].map(({ name }) => {
    try {
      return Deno.statSync(`${directory}/${name}/history.db-wal`).size;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return 0;
      throw error;
    }
  }).reduce((sum, bytes) => sum + bytes, 0);
}

const NAME = "a soak that Ctrl-C ends in a terminal reports what was, and ends its relay itself";

// Processes show themselves as files, and negative process ids are groups.
if (Deno.build.os === "linux") Deno.test(NAME, testCtrlC);
else leaveOut(NAME, "needs /proc", { isMandatory: false });

async function testCtrlC(): Promise<void> {
  await using directory = await temporaryDirectory();
  const args = ["--minutes", "5", "--clients", "8", "--keep", directory.path];
  // In a session of its own, as in a terminal: Ctrl-C goes to all processes of its group.
  await using soak = new LineProcess(
    Deno.execPath(),
    ["run", "--allow-all", "--unstable-net", SOAK, ...args],
    { NO_COLOR: "1" },
    { isDetached: true },
  );
  // More than the tables alone: clients have registered and speak.
  await waitFor(() => historyBytes(directory.path) > 200_000, 60);
  const children = childrenOf(soak.pid);
  assertEquals(children.length, 1, soak.stderr.join("\n"));
  soak.kill("SIGSTOP");
  Deno.kill(-soak.pid, "SIGINT");
  // Time enough for a relay to end, if it heard of that too.
  await new Promise((resolve) => setTimeout(resolve, 500));
  soak.kill("SIGCONT");
  assertEquals(await soak.ended(), 130);
  assertMatch(soak.stdout.join("\n"), /^ok {4}exit code after SIGTERM: 0 /m);
  assertEquals(children.filter((pid) => programOf(pid) !== undefined), []);
}

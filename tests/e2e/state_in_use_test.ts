import { assert, assertEquals, assertMatch } from "@std/assert";
import { HushcastProcess, startDirect, startRelay } from "../../scripts/hushcast_process.ts";
import { runHushcast } from "../support/relay_clients.ts";
import { pythonTest } from "../support/python.ts";
import { filesIn } from "../support/state_files.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** A second server is given up after three seconds; the rest is for a busy machine. */
const GIVEN_UP_MS = 10_000;

/** Has no locks, as some network file systems; see there. */
const NO_LOCKS = new URL("../support/state_no_locks.py", import.meta.url).pathname;

const LOOPBACK = ["--bind", "127.0.0.1", "--port", "0", "--control-port", "0"];

/** Starts a relay that has to wait, and does not want to any more. */
async function interrupted(state: string): Promise<void> {
  const args = ["relay", ...LOOPBACK, "--no-multicast", "--state", state];
  await using relay = new HushcastProcess(args);
  await relay.errorLine(/state directory in use, waiting/);
  relay.kill("SIGTERM");
  assertEquals(await relay.ended(), 130);
}

/** Starts a server that must not come up. @returns What it says last. */
async function refused(args: readonly string[]): Promise<string> {
  const startMs = performance.now();
  const { code, stdout, stderr } = await runHushcast([...args, "--log-level", "error"]);
  assertEquals([code, stdout, stderr.length], [1, [], 1], stderr.join("\n"));
  assert(performance.now() - startMs < GIVEN_UP_MS);
  return stderr[0] ?? "";
}

Deno.test("a second relay, and a second direct server, are kept out of a state directory", async () => {
  await using state = await temporaryDirectory();
  const { path } = state;
  await using relay = await startRelay(path, ["--no-multicast"]);
  await using direct = await startDirect(["--state", path]);
  // Both have all that they write at the start.
  const before = await filesIn(path);
  const [ofRelay, ofDirect] = await Promise.all([
    refused(["relay", ...LOOPBACK, "--no-multicast", "--state", path]),
    refused(["direct", ...LOOPBACK, "--state", path]),
    interrupted(path),
  ]);
  assertEquals(
    ofRelay,
    `hushcast relay: cannot use state directory ${path}: another relay (process ` +
      `${relay.process.pid}) runs in it; stop that one, or give this one a directory of its own ` +
      "by --state DIR",
  );
  assertMatch(ofDirect, new RegExp(`another direct server \\(process ${direct.process.pid}\\)`));
  assertEquals(await filesIn(path), before);
  // Whoever does not serve is not kept out.
  const identity = await runHushcast(["identity", "--state", path]);
  assertEquals([identity.code, identity.stdout], [0, [relay.identity]]);
  assertEquals((await runHushcast(["token", "add", "ada", "--state", path])).code, 0);
  const sent = await runHushcast(["send", "hi", "--relay", relay.relay, "--state", path]);
  assertEquals(sent.code, 0, sent.stderr.join("\n"));
});

Deno.test("a relay takes the place of one that was killed at once, and waits for one that shuts down", async () => {
  await using state = await temporaryDirectory();
  const flags = ["--no-multicast"];
  await using killed = await startRelay(state.path, flags);
  killed.process.kill("SIGKILL");
  await killed.process.ended();
  await using former = await startRelay(state.path, flags);
  assertEquals(former.identity, killed.identity);
  const said = former.process.stderr.join("\n");
  assert(!said.includes("state directory"), said);
  await using relay = await startRelay(state.path, [...flags, "--port", `${former.port}`], {
    onStarted: async (process) => {
      await process.errorLine(/ INFO {2}state directory in use, waiting .*process=\d+/);
      former.process.kill("SIGTERM");
    },
  });
  assertEquals(relay.identity, former.identity);
  assertEquals(await former.process.ended(), 0);
});

pythonTest("a relay warns of a file system without locks, and goes on", async (python) => {
  await using state = await temporaryDirectory();
  const options = { within: [python, NO_LOCKS] };
  await using relay = await startRelay(state.path, ["--no-multicast"], options);
  await relay.process.errorLine(
    / WARN {2}state directory not locked: run one server in it at a time .*relay\.lock.*not supported/,
  );
  // It can't know of the other one: rather both than none.
  await using _second = await startRelay(state.path, ["--no-multicast"], options);
  const args = ["token", "add", "ada", "--state", state.path];
  await using token = new HushcastProcess(args, options);
  assertEquals(await token.ended(), 0, token.stderr.join("\n"));
});

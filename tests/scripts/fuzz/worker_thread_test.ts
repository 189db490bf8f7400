import { assertEquals, assertRejects } from "@std/assert";
import { CoreTurns } from "../../../scripts/fuzz/core_turns.ts";
import { WorkerThread } from "../../../scripts/fuzz/worker_thread.ts";

const MODULE = new URL("./loop_worker.ts", import.meta.url);
const STUCK = { stuckMs: 500 };
const NEVER = new AbortController().signal;

function job(target: string) {
  return { target, seed: 3, forMs: 0, tellsInputs: false };
}

Deno.test("WorkerThread gives what its thread has found", async () => {
  using thread = new WorkerThread(MODULE);
  const result = { inputs: 2, nextSeed: 4, failure: undefined };
  assertEquals(await thread.run(job("ends"), NEVER), { type: "done", result });
  assertEquals(await thread.run(job("ends"), NEVER), { type: "done", result });
});

Deno.test("WorkerThread ends a thread that is stuck, and begins another one", async () => {
  using thread = new WorkerThread(MODULE, STUCK);
  const stuck = await thread.run(job("loops"), NEVER);
  assertEquals(stuck, { type: "stuck", seed: 4, lastInput: "[2]\n" });
  assertEquals((await thread.run(job("ends"), NEVER)).type, "done");
});

Deno.test("WorkerThread ends a thread at once when it is interrupted", async () => {
  using thread = new WorkerThread(MODULE);
  const stop = new AbortController();
  const running = thread.run(job("loops"), stop.signal);
  stop.abort();
  await assertRejects(() => running, DOMException);
});

Deno.test("WorkerThread tells of a fault of the thread itself", async () => {
  using thread = new WorkerThread(MODULE);
  await assertRejects(() => thread.run(job("breaks"), NEVER), Error, "a fault of its own");
});

Deno.test("CoreTurns finds the input that never ends", async () => {
  using turns = new CoreTurns(new WorkerThread(MODULE, STUCK));
  const { failure } = await turns.take("loops", 3, 0, NEVER);
  assertEquals(failure?.input, "[2]\n");
  assertEquals(failure?.seed, 4);
  assertEquals(failure?.error.includes("never comes to an end"), true);
});

Deno.test("CoreTurns gives up when no thread begins", async () => {
  using turns = new CoreTurns(new WorkerThread(MODULE, { beginMs: 100 }));
  await assertRejects(() => turns.take("sleeps", 3, 0, NEVER), Error, "No thread begins");
});

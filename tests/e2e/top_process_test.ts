import { assert, assertEquals, assertMatch } from "@std/assert";
import { HushcastProcess, startDirect, startRelay } from "../../scripts/hushcast_process.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** Runs `hushcast top` to its end. */
async function top(controlPort: number, ...args: readonly string[]) {
  const common = ["top", "--port", `${controlPort}`, "--interval", "0.2"];
  await using process = new HushcastProcess([...common, ...args]);
  return { code: await process.ended(), stdout: process.stdout, stderr: process.stderr };
}

Deno.test("top: --once shows a relay's clients as plain text", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using _chat = new HushcastProcess([
    "chat",
    ...["--relay", relay.relay, "--state", state.path, "--name", "ann"],
  ]);
  await relay.process.errorLine(/client registered id=ann/);
  const { code, stdout, stderr } = await top(relay.controlPort, "--once");
  assertEquals([code, stderr], [0, []]);
  const text = stdout.join("\n");
  assertMatch(text, /^server +127\.0\.0\.1:\d+\nkind +relay\nuptime +\d+s\nclients +1\n/);
  assertMatch(text, /\nID +ADDRESS +SINCE +IDLE +MSG IN↓ +MSG OUT +B IN +B OUT\nann +127/);
  assertEquals(text.includes("\x1b"), false);
});

Deno.test("top: --json shows a relay and a direct server to programs", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using direct = await startDirect();
  for (
    const { controlPort, kind } of [{ ...relay, kind: "relay" }, { ...direct, kind: "direct" }]
  ) {
    const { code, stdout } = await top(controlPort, "--json");
    const shown = JSON.parse(stdout.join("\n"));
    assertEquals([code, shown.kind, shown.clients, shown.interval_ms], [0, kind, [], 200]);
    assert(shown.statistics.uptime_seconds >= 0);
    assertEquals(shown.rates.messages_in, 0);
  }
});

Deno.test("top: exits with 3 and one line when no server is there", async () => {
  const { code, stdout, stderr } = await top(1, "--once");
  assertEquals([code, stdout, stderr.length], [3, [], 1]);
  assertMatch(stderr.join(), /^hushcast top: cannot reach control port 127\.0\.0\.1:1: /);
});

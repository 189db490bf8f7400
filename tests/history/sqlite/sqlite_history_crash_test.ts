import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { HistoryStage, keepNumbers } from "../../support/sqlite_history_fixture.ts";

const WRITER = new URL("../../support/sqlite_history_writer.ts", import.meta.url).pathname;

function startWriter(stage: HistoryStage): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", WRITER, stage.directory],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Reads whole lines of a process until there are enough, kills it, and reads what else it printed. */
async function linesUntilKilled(child: Deno.ChildProcess, enough: number): Promise<string[]> {
  let text = "";
  let isKilled = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (isKilled || text.split("\n").length <= enough) continue;
    child.kill("SIGKILL");
    isKilled = true;
  }
  await child.status;
  return text.split("\n").slice(0, -1);
}

Deno.test("SqliteHistory has after a kill all that it said it had kept", async () => {
  await using stage = await HistoryStage.make();
  let newest = 0n;
  // Enough to be killed on both sides of a checkpoint.
  for (const enough of [1, 3_000, 500]) {
    const lines = await linesUntilKilled(startWriter(stage), enough);
    const last = BigInt(lines.at(-1) ?? "0");
    assertEquals(last, newest + BigInt(lines.length));
    await using history = await stage.open();
    assert(history.newest >= last, `${history.newest} of ${last}`);
    for (let sequence = 1n; sequence <= history.newest; sequence++) {
      assertEquals(history.find(sequence)?.clientSequence, sequence);
    }
    newest = history.newest;
  }
  const database = new DatabaseSync(stage.path);
  assertEquals(database.prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
  database.close();
});

Deno.test("SqliteHistory.open() is refused in another process while one has the file", async () => {
  await using stage = await HistoryStage.make();
  await using history = await stage.open();
  await keepNumbers(history, 1, 3);
  const { stdout } = await startWriter(stage).output();
  assertEquals(new TextDecoder().decode(stdout), "HISTORY_FILE_IN_USE\n");
  await keepNumbers(history, 4, 5);
  assertEquals(history.newest, 5n);
});

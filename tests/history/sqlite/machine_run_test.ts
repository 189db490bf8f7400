import { assertEquals, assertNotEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { SqliteHistory } from "../../../src/history/sqlite/sqlite_history.ts";
import { DEFAULT_TLV_TYPES } from "../../../src/wire/tlv_types.ts";
import { keepNumbers, WIDE_LIMITS } from "../../support/sqlite_history_fixture.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";

/** Keeps a message in one run of a relay. @returns SERIES_ID, and the number of the message. */
async function run(
  directory: string,
  machineRun: string,
  number: number,
): Promise<{ series: string; newest: bigint }> {
  await using history = await SqliteHistory.open({
    path: join(directory, "history.db"),
    keyDirectory: directory,
    types: DEFAULT_TLV_TYPES,
    limits: WIDE_LIMITS,
    machineRun,
  });
  await keepNumbers(history, number, number);
  return { series: history.seriesId.toHex(), newest: history.newest };
}

/** Makes the file as it is when a relay was killed in a run of the machine. */
function leaveOpen(directory: string, machineRun: string): void {
  using database = new DatabaseSync(join(directory, "history.db"));
  database.prepare("UPDATE meta SET value = ? WHERE name = 'machine_run'")
    .run(new TextEncoder().encode(machineRun));
}

Deno.test("a series goes on when relay and machine were stopped cleanly", async () => {
  await using directory = await temporaryDirectory();
  const first = await run(directory.path, "monday", 1);
  const second = await run(directory.path, "tuesday", 2);
  assertEquals(second, { series: first.series, newest: 2n });
});

Deno.test("a series goes on when only the relay was killed", async () => {
  await using directory = await temporaryDirectory();
  const first = await run(directory.path, "monday", 1);
  leaveOpen(directory.path, "monday");
  assertEquals((await run(directory.path, "monday", 2)).series, first.series);
});

Deno.test("a series begins anew when the machine stopped under the relay, and messages stay", async () => {
  await using directory = await temporaryDirectory();
  const first = await run(directory.path, "monday", 1);
  leaveOpen(directory.path, "monday");
  const second = await run(directory.path, "tuesday", 2);
  assertNotEquals(second.series, first.series);
  assertEquals(second.newest, 2n, "numbers rise on");
  assertEquals(await run(directory.path, "wednesday", 3), { series: second.series, newest: 3n });
});

import { assertEquals, assertInstanceOf, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Fernet } from "../../../src/crypto/fernet.ts";
import { HushcastError } from "../../../src/errors.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "../../../src/history/sqlite/history_schema.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { HistoryStage, keepNumbers } from "../../support/sqlite_history_fixture.ts";

/** Asserts that the history of a stage is refused, and that no file of it has changed. */
async function assertRefused(stage: HistoryStage, code: string, hint: string): Promise<void> {
  const before = stage.files();
  const error = await assertRejects(() => stage.open());
  assertInstanceOf(error, HushcastError);
  assertEquals(error.code, code, error.message);
  assertStringIncludes(error.message, hint);
  assertEquals(stage.files(), before);
}

async function filledStage(): Promise<HistoryStage> {
  const stage = await HistoryStage.make();
  await using history = await stage.open();
  await keepNumbers(history, 1, 300);
  return stage;
}

function change(stage: HistoryStage, sql: string): void {
  const database = new DatabaseSync(stage.path);
  database.exec(sql);
  database.close();
}

Deno.test("openHistoryDatabase() makes the directory and the files", async () => {
  await using stage = await HistoryStage.make();
  const path = join(stage.directory, "deep", "down", "history.db");
  const keyDirectory = join(stage.directory, "state");
  await using history = await stage.open({ path, keyDirectory });
  assertEquals(history.seriesId.byteLength, 8);
  assertEquals((Deno.statSync(join(stage.directory, "deep")).mode ?? 0) & 0o777, 0o700);
  const key = Deno.readTextFileSync(join(keyDirectory, "history.key"));
  assertEquals([key.length, key.at(-1)], [45, "\n"]);
});

Deno.test("openHistoryDatabase() gives each history a series of its own", async () => {
  await using one = await HistoryStage.make();
  await using other = await HistoryStage.make();
  await using first = await one.open();
  await using second = await other.open();
  assertEquals(first.seriesId.toHex() === second.seriesId.toHex(), false);
});

Deno.test("openHistoryDatabase() takes a key that is there already", async () => {
  await using stage = await HistoryStage.make();
  const key = Fernet.generateKey();
  Deno.writeTextFileSync(join(stage.directory, "history.key"), key);
  const history = await stage.open();
  await history[Symbol.asyncDispose]();
  assertEquals(Deno.readTextFileSync(join(stage.directory, "history.key")), key);
});

Deno.test("openHistoryDatabase() refuses a file that another one has open", async () => {
  await using stage = await filledStage();
  const holder = await stage.open();
  await assertRefused(stage, "HISTORY_FILE_IN_USE", "in use by another relay");
  // The attempt has not let go of the holder's locks, nor spoiled what it does.
  await keepNumbers(holder, 301, 310);
  await assertRefused(stage, "HISTORY_FILE_IN_USE", stage.path);
  await holder[Symbol.asyncDispose]();
  await using next = await stage.open();
  assertEquals(next.newest, 310n);
});

Deno.test("openHistoryDatabase() refuses another key", async () => {
  await using stage = await filledStage();
  Deno.writeTextFileSync(join(stage.directory, "history.key"), `${Fernet.generateKey()}\n`);
  await assertRefused(stage, "HISTORY_FILE_OTHER_KEY", "history.key is not the key");
});

Deno.test("openHistoryDatabase() refuses a file without its key, and makes no new one", async () => {
  await using stage = await filledStage();
  Deno.removeSync(join(stage.directory, "history.key"));
  await assertRefused(stage, "HISTORY_KEY_MISSING", "history.key, is missing");
});

for (const text of ["", "no key", `${"A".repeat(44)}\n\n`, "A".repeat(43)]) {
  Deno.test(`openHistoryDatabase() refuses the key file ${JSON.stringify(text)}`, async () => {
    await using stage = await filledStage();
    Deno.writeTextFileSync(join(stage.directory, "history.key"), text);
    await assertRefused(stage, "HISTORY_KEY_MALFORMED", "holds no key");
  });
}

for (const bytes of [1, 15, 16, 99, 100, 511, 512, 4096, 20_000]) {
  Deno.test(`openHistoryDatabase() refuses ${bytes} bytes of something else`, async () => {
    await using stage = await HistoryStage.make();
    Deno.writeFileSync(stage.path, new SeededRandom(bytes).bytes(bytes));
    await assertRefused(stage, "HISTORY_FILE_FOREIGN", "no history of hushcast");
  });
}

Deno.test("openHistoryDatabase() refuses the database of another program", async () => {
  await using stage = await HistoryStage.make();
  change(stage, "PRAGMA auto_vacuum = FULL; CREATE TABLE message (sequence INTEGER PRIMARY KEY)");
  await assertRefused(stage, "HISTORY_FILE_FOREIGN", stage.path);
});

Deno.test("openHistoryDatabase() refuses the file of a later version", async () => {
  await using stage = await filledStage();
  change(stage, `PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  await assertRefused(stage, "HISTORY_FILE_LATER", "use a later hushcast");
});

const DAMAGES = {
  "no schema": "PRAGMA user_version = 0",
  "no tables": "DROP TABLE message; DROP TABLE meta",
  "no series": "DELETE FROM meta WHERE name = 'series'",
  "a short series": "UPDATE meta SET value = x'00' WHERE name = 'series'",
  "no check of its key": "DELETE FROM meta WHERE name = 'key_check'",
  "a number that is too high": "UPDATE message SET sequence = 9223372036854775807" +
    " WHERE sequence = 300",
  "a number behind which there are few": "UPDATE message SET sequence = 9007199254740991" +
    " WHERE sequence = 300",
  "a newest number that is too high": "DELETE FROM message;" +
    " INSERT INTO meta VALUES ('newest', x'0020000000000000')",
};
for (const [name, sql] of Object.entries(DAMAGES)) {
  Deno.test(`openHistoryDatabase() refuses a file with ${name}`, async () => {
    await using stage = await filledStage();
    change(stage, sql);
    await assertRefused(stage, "HISTORY_FILE_DAMAGED", stage.path);
  });
}

Deno.test("openHistoryDatabase() says why a file can't be opened", async () => {
  await using stage = await HistoryStage.make();
  Deno.mkdirSync(stage.path);
  await assertRefused(stage, "HISTORY_FILE_UNUSABLE", "Cannot use");
});

Deno.test("openHistoryDatabase() takes an empty file for a new history", async () => {
  await using stage = await HistoryStage.make();
  Deno.writeFileSync(stage.path, new Uint8Array());
  await using history = await stage.open();
  assertEquals(history.newest, 0n);
});

Deno.test("openHistoryDatabase() opens what was cut or damaged anywhere, or says that it can't", async () => {
  const random = new SeededRandom(8);
  await using stage = await filledStage();
  const whole = Deno.readFileSync(stage.path);
  for (let round = 0; round < 60; round++) {
    const isCut = round % 2 === 0;
    const bytes = isCut ? whole.slice(0, random.below(whole.length)) : whole.slice();
    const at = random.below(whole.length);
    if (!isCut) bytes.set(random.bytes(Math.min(200, whole.length - at)), at);
    Deno.writeFileSync(stage.path, bytes);
    await assertSoundOrRefused(stage, `round ${round}: ${isCut ? "cut" : "damaged"} at ${at}`);
  }
});

async function assertSoundOrRefused(stage: HistoryStage, name: string): Promise<void> {
  try {
    await using history = await stage.open();
    for (let number = 1; number <= 300; number++) {
      const message = history.find(BigInt(number));
      if (message !== undefined) assertEquals(message.clientSequence, BigInt(number), name);
    }
    history.firstSince(0);
  } catch (error) {
    assertInstanceOf(error, HushcastError, `${name}: ${error}`);
    assertStringIncludes(error.code, "HISTORY_FILE_");
  }
}

Deno.test("APPLICATION_ID is in the header of the file, where file(1) looks for it", async () => {
  await using stage = await filledStage();
  const header = Deno.readFileSync(stage.path);
  assertEquals(new DataView(header.buffer).getUint32(68), APPLICATION_ID);
});

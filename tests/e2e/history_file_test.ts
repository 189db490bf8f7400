import { assertEquals, assertGreater, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { Fernet } from "../../src/crypto/fernet.ts";
import { HistoryKey } from "../../src/history/sqlite/history_key.ts";
import { migrate, SCHEMA_VERSION } from "../../src/history/sqlite/history_schema.ts";
import { sealMessage } from "../../src/history/sqlite/sealed_message.ts";
import {
  finish,
  heardBy,
  numbered,
  startListener,
  startSender,
  textsOf,
  typeAll,
} from "../support/e2e_cluster_clients.ts";
import { runHushcast } from "../support/relay_clients.ts";
import { numberedMessage } from "../support/sqlite_history_fixture.ts";
import { historyFileIn, startKeeper } from "../support/e2e_history.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

Deno.test("history sqlite: a file that is in use by another relay is refused", async () => {
  await using state = await temporaryDirectory();
  const { path } = state;
  await using relay = await startKeeper(path);
  const way = ["--relay", relay.relay];
  await using ada = await startSender({ name: "ada", way, path });
  await using log = await startListener({ name: "log", way, path });
  await ada.type("before");
  await log.line(/"before"/);
  const { code, complaint } = await tryKeeper(`${path}/other`, historyFileIn(path));
  assertEquals(code, 1);
  assertMatch(complaint, /history\.db: it is in use by another relay/);
  await ada.type("behind");
  await finish(ada);
  await log.line(/"behind"/);
});

/** Files that are no history of this relay, and what it says of them. */
const UNFIT: readonly {
  readonly name: string;
  readonly make: (state: string) => Promise<void>;
  readonly says: RegExp;
}[] = [
  {
    name: "of something else",
    make: (state) => Deno.writeTextFile(historyFileIn(state), "no database at all".repeat(1_000)),
    says: /it is no history of hushcast/,
  },
  {
    name: "of a later version",
    make: async (state) => {
      await makeHistory(state);
      using database = new DatabaseSync(historyFileIn(state));
      database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    },
    says: /use a later hushcast/,
  },
  {
    name: "whose key is gone",
    make: async (state) => {
      await makeHistory(state);
      await Deno.remove(`${state}/history.key`);
    },
    says: /history\.key/,
  },
  {
    name: "under another key",
    make: async (state) => {
      await makeHistory(state);
      await Deno.writeTextFile(`${state}/history.key`, `${Fernet.generateKey()}\n`);
    },
    says: /key/,
  },
  {
    name: "that is half there",
    make: async (state) => {
      await makeHistory(state);
      const bytes = await Deno.readFile(historyFileIn(state));
      await Deno.writeFile(historyFileIn(state), bytes.subarray(0, bytes.byteLength - 6_000));
    },
    says: /history\.db/,
  },
];

for (const { name, make, says } of UNFIT) {
  Deno.test(`history sqlite: a file ${name} is refused, and stays as it is`, async () => {
    await using state = await temporaryDirectory();
    await make(state.path);
    const before = await Deno.readFile(historyFileIn(state.path));
    const { code, complaint } = await tryKeeper(state.path);
    assertEquals(code, 1, complaint);
    assertMatch(complaint, /^hushcast relay: /);
    assertMatch(complaint, says);
    assertEquals(await Deno.readFile(historyFileIn(state.path)), before);
  });
}

Deno.test("history sqlite: a file of schema 1 is brought to today's, with all that it holds", async () => {
  await using state = await temporaryDirectory();
  const { path } = state;
  await makeFirstSchema(path);
  await using relay = await startKeeper(path);
  const way = ["--relay", relay.relay];
  const args = ["--replay", "10"];
  await using log = await startListener({ name: "log", way, path, args });
  await using ada = await startSender({ name: "ada", way, path });
  await ada.type("new");
  await finish(ada);
  await log.line(/"new"/);
  assertEquals(textsOf(log), ["old 1", "old 2", "old 3", "new"]);
  assertEquals(heardBy(log).map(({ sequence }) => sequence), [1, 2, 3, 4]);
});

/** Tries to start a relay on a history, by default that of its state directory. */
async function tryKeeper(
  state: string,
  file = historyFileIn(state),
): Promise<{ code: number; complaint: string }> {
  const flags = ["--no-multicast", "--bind", "127.0.0.1", "--port", "0", "--control-port", "0"];
  const keep = ["--history", `sqlite:${file}`, "--state", state];
  const { code, stdout, stderr } = await runHushcast(["relay", ...flags, ...keep]);
  assertEquals(stdout, []);
  return { code, complaint: stderr.at(-1) ?? "" };
}

/** Makes a history by a relay, which has ended when this is done. */
async function makeHistory(state: string): Promise<void> {
  await using relay = await startKeeper(state);
  await using ada = await startSender({ name: "ada", way: ["--relay", relay.relay], path: state });
  await typeAll(ada, numbered("ada", 0, 100));
  await finish(ada);
  relay.process.kill("SIGTERM");
  assertEquals(await relay.process.ended(), 0);
  assertGreater((await Deno.stat(historyFileIn(state))).size, 6_000);
}

/** Makes a file as the first version of hushcast that had one did. */
async function makeFirstSchema(state: string): Promise<void> {
  const text = Fernet.generateKey();
  await Deno.writeTextFile(`${state}/history.key`, `${text}\n`, { mode: 0o600 });
  const key = new HistoryKey(text);
  const seriesId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  using database = new DatabaseSync(historyFileIn(state));
  database.exec("BEGIN");
  migrate(database, 0, key, 1);
  const meta = database.prepare("INSERT INTO meta (name, value) VALUES (?, ?)");
  meta.run("series", seriesId);
  meta.run("key_check", key.checkOf(seriesId));
  const insert = database.prepare("INSERT INTO message (sequence, bytes, sealed) VALUES (?, ?, ?)");
  for (const number of [1, 2, 3]) {
    const payload = new TextEncoder().encode(`old ${number}`);
    const sealed = sealMessage(numberedMessage(number, { payload }), BigInt(number), key.fernet);
    insert.run(number, payload.byteLength, sealed);
  }
  database.exec("COMMIT");
}

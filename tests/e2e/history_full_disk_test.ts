import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import {
  assertOneTalk,
  finish,
  heardBy,
  numbered,
  startListener,
  startSender,
  typeAll,
} from "../support/e2e_cluster_clients.ts";
import {
  becomesReady,
  dashboardOf,
  eventually,
  historySigns,
  metricsOf,
  readinessOf,
} from "../support/e2e_cluster_signs.ts";
import { mountSmallDisk } from "../support/sqlite_small_disk.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { rootTest } from "../support/test_as_root.ts";

/** Size of the disk, KiB. */
const DISK_KIB = 1_536;

/** What makes a few dozen lines more than finds room between what is there and the filling. */
const FILLING = "x".repeat(900);

const before = numbered("ada", 0, 100);
// No more than its pipe holds: the sender reads no further while nothing is acknowledged.
const during = numbered("ada", 100, 140).map((line) => `${line} ${FILLING}`);
const behind = numbered("ada", 140, 600);

async function startKeeper(
  state: string,
  file: string,
  args: readonly string[] = [],
): Promise<RunningRelay & { readonly http: string }> {
  const flags = ["--history", `sqlite:${file}`, "--http", "127.0.0.1:0"];
  const relay = await startRelay(state, [...flags, ...args]);
  return { ...relay, http: await dashboardOf(relay) };
}

/** That a relay lets everyone know that its disk is full. */
async function assertFull(
  relay: RunningRelay & { readonly http: string },
  file: string,
): Promise<void> {
  const { status } = await eventually(() => readinessOf(relay), ({ status }) => status === 503);
  assertEquals(status, 503);
  const name = RegExp.escape(file);
  await relay.process.errorLine(
    new RegExp(` ERROR messages can't be kept, and wait error="?disk full: ${name}`),
  );
  const { history } = await historySigns(relay);
  assertEquals(history.is_troubled, 1);
  assert(history.waiting > 0, "nothing waits");
  assertMatch(await metricsOf(relay), /^hushcast_history_troubled 1$/m);
}

/** Looks at a copy: to open a file SQLite needs room beside it, which the small disk may not have. */
async function assertSoundFile(file: string): Promise<void> {
  await using elsewhere = await temporaryDirectory();
  const copy = `${elsewhere.path}/history.db`;
  await Deno.copyFile(file, copy);
  try {
    await Deno.copyFile(`${file}-wal`, `${copy}-wal`);
  } catch (error) {
    // A relay that has closed its file leaves none.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  using database = new DatabaseSync(copy);
  assertEquals(database.prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
}

/** Starts a relay, a talker and a listener, and lets them talk until the disk is full. */
async function talkUntilFull(stack: AsyncDisposableStack) {
  const { path } = stack.use(await temporaryDirectory());
  const disk = stack.use(await mountSmallDisk(DISK_KIB));
  const file = `${disk.path}/history.db`;
  const relay = stack.use(await startKeeper(path, file));
  const way = ["--relay", relay.relay];
  const log = stack.use(await startListener({ name: "log", way, path }));
  const ada = stack.use(await startSender({ name: "ada", way, path }));
  await typeAll(ada, before);
  await log.line(/"ada 99"/);
  await disk.fill();
  await typeAll(ada, during);
  await assertFull(relay, file);
  return { path, disk, file, relay, way, log, ada };
}

rootTest(
  "history sqlite: a relay whose disk is full waits, and goes on when there is room",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { disk, file, relay, log, ada } = await talkUntilFull(stack);
    const { history: { newest } } = await historySigns(relay);
    // What is not kept is told to nobody.
    assertEquals(heardBy(log).at(-1)?.sequence, newest);
    await disk.clear();
    await relay.process.errorLine(/ INFO {2}messages are kept again/);
    await becomesReady(relay);
    await typeAll(ada, behind);
    await finish(ada);
    await log.line(/"ada 599"/);
    assertOneTalk([log], { ada: [...before, ...during, ...behind] });
    relay.process.kill("SIGTERM");
    assertEquals(await relay.process.ended(), 0);
    await assertSoundFile(file);
  },
);

rootTest(
  "history sqlite: a relay that is killed while its disk is full loses nothing",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { path, disk, file, relay: former, way, log, ada } = await talkUntilFull(stack);
    former.process.kill("SIGKILL");
    await former.process.ended();
    await disk.clear();
    await using relay = await startKeeper(path, file, ["--port", `${former.port}`]);
    await relay.process.errorLine(/client registered id=log /);
    await typeAll(ada, behind);
    await finish(ada);
    await log.line(/"ada 599"/);
    assertOneTalk([log], { ada: [...before, ...during, ...behind] });
    const args = ["--replay", "600", "--count", "600"];
    await using late = await startListener({ name: "late", way, path, args });
    assertEquals(await late.ended(), 0);
    assertEquals(heardBy(late), heardBy(log));
    relay.process.kill("SIGTERM");
    assertEquals(await relay.process.ended(), 0);
    await assertSoundFile(file);
  },
);

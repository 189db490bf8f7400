import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { silentLogger } from "../../src/observe/event_logger.ts";
import {
  StateInUseError,
  StateLock,
  type StateLockOptions,
} from "../../src/settings/state_lock.ts";
import { RecordingLogger } from "../control/fake_log.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const RELAY: StateLockOptions = { server: "relay", logger: silentLogger, patienceMs: 0 };
const DIRECT: StateLockOptions = { ...RELAY, server: "direct server" };

/** A random number as it stands in the name of a file that is being written. */
const MARK = ".new-01234567-89ab-cdef-0123-456789abcdef";

Deno.test("StateLock.take() keeps a second server of the kind out, and tells which process has it", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/state`;
  using _lock = await StateLock.take(path, RELAY);
  const { message } = await assertRejects(() => StateLock.take(path, RELAY), StateInUseError);
  assertEquals(
    message,
    `Cannot use state directory ${path}: another relay (process ${Deno.pid}) runs in it; stop ` +
      "that one, or give this one a directory of its own by --state DIR",
  );
  assertEquals(await Deno.readTextFile(`${path}/relay.lock`), `${Deno.pid}\n`);
  assertEquals(((await Deno.stat(`${path}/relay.lock`)).mode ?? 0) & 0o777, 0o600);
  assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o700);
});

Deno.test("StateLock.take() lets a relay and a direct server into one directory", async () => {
  await using directory = await temporaryDirectory();
  using _relay = await StateLock.take(directory.path, RELAY);
  using _direct = await StateLock.take(directory.path, DIRECT);
  const { message } = await assertRejects(() => StateLock.take(directory.path, DIRECT), Error);
  assertMatch(message, /another direct server/);
});

Deno.test("StateLock.take() lets the next one in when the former is disposed of, twice too", async () => {
  await using directory = await temporaryDirectory();
  const lock = await StateLock.take(directory.path, RELAY);
  lock[Symbol.dispose]();
  lock[Symbol.dispose]();
  using _next = await StateLock.take(directory.path, RELAY);
});

Deno.test("StateLock.take() waits for one that shuts down", async () => {
  await using directory = await temporaryDirectory();
  const former = await StateLock.take(directory.path, RELAY);
  const logger = new RecordingLogger();
  const waiting = StateLock.take(directory.path, { server: "relay", logger });
  setTimeout(() => former[Symbol.dispose](), 60);
  using _next = await waiting;
  const path = `${directory.path}/relay.lock`;
  assertEquals(logger.lines, [
    {
      level: "info",
      message: "state directory in use, waiting",
      fields: { path, process: `${Deno.pid}` },
    },
  ]);
});

Deno.test("StateLock.take() ends its wait with the signal", async () => {
  await using directory = await temporaryDirectory();
  using _lock = await StateLock.take(directory.path, RELAY);
  const end = new AbortController();
  const waiting = StateLock.take(directory.path, {
    ...RELAY,
    patienceMs: 60_000,
    signal: end.signal,
  });
  end.abort(new Error("stopped"));
  await assertRejects(() => waiting, Error, "stopped");
});

Deno.test("StateLock.take() names no process where none is written", async () => {
  await using directory = await temporaryDirectory();
  using _lock = await StateLock.take(directory.path, RELAY);
  await Deno.writeTextFile(`${directory.path}/relay.lock`, "<b>tea</b>\n");
  const { message } = await assertRejects(() => StateLock.take(directory.path, RELAY), Error);
  assertMatch(message, /: another relay runs in it; /);
});

Deno.test("StateLock.take() goes on without a lock where there can be no file, and warns when asked", async () => {
  await using directory = await temporaryDirectory();
  const state = `${directory.path}/file`;
  await Deno.writeTextFile(state, "in the way");
  using lock = await StateLock.take(state, RELAY);
  const logger = new RecordingLogger();
  lock.warnIfUnlocked(logger);
  assertEquals(logger.lines.map(({ level, message, fields }) => [level, message, fields.path]), [
    ["warn", "state directory not locked: run one server in it at a time", `${state}/relay.lock`],
  ]);
  assertEquals(await Deno.readTextFile(state), "in the way");
});

Deno.test("StateLock.warnIfUnlocked() has nothing to say of a lock", async () => {
  await using directory = await temporaryDirectory();
  using lock = await StateLock.take(directory.path, RELAY);
  const logger = new RecordingLogger();
  lock.warnIfUnlocked(logger);
  assertEquals(logger.lines, []);
});

Deno.test("StateLock.take() clears away what was left behind half written, and nothing else", async () => {
  await using directory = await temporaryDirectory();
  const { path } = directory;
  const longAgo = new Date(Date.now() - 120_000);
  for (const name of [`bans.json${MARK}`, `known_relays${MARK}`, "bans.json", "bans.json.new-1"]) {
    await Deno.writeTextFile(`${path}/${name}`, "half");
    await Deno.utime(`${path}/${name}`, longAgo, longAgo);
  }
  // Somebody may be at it.
  await Deno.writeTextFile(`${path}/auth_tokens.json${MARK}`, "half");
  using _lock = await StateLock.take(path, RELAY);
  const names = [...Deno.readDirSync(path)].map(({ name }) => name).sort();
  assertEquals(names, [`auth_tokens.json${MARK}`, "bans.json", "bans.json.new-1", "relay.lock"]);
});

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { RsaPrivateKey } from "../../src/crypto/rsa_private_key.ts";
import { removeUnfinished } from "../../src/settings/state_file.ts";
import {
  DISK_FATES,
  type DiskFate,
  unfinishedFiles,
  untilPowerFails,
} from "../support/state_power_loss.ts";
import { STATE_WRITERS, type StateWriter } from "../support/state_writers.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** More steps than any of the writers takes. */
const MANY_STEPS = 30;

/** Two minutes: what is so old was left behind. */
const LONG_AGO_MS = 120_000;

const WORDS: Readonly<Record<DiskFate, string>> = {
  all: "though all was on the disk",
  names: "and only names were on the disk",
  none: "and nothing unsynced was on the disk",
};

/** One key for all: a new one each time would take most of the tests' time. */
const KEPT_KEY = await RsaPrivateKey.generateForKeeping(2048);

/** Where a writer is, and what is read there before and after it. */
interface Place {
  readonly directory: string;
  readonly writer: StateWriter;
  readonly before: unknown;
  readonly after: unknown;
}

async function whatIsRead(writer: StateWriter, isWritten: boolean): Promise<unknown> {
  await using directory = await temporaryDirectory();
  await writer.prepare?.(directory.path);
  if (isWritten) await writer.write(directory.path);
  return await writer.read(directory.path);
}

function isSame(a: unknown, b: unknown): boolean {
  return Deno.inspect(a, { depth: 9 }) === Deno.inspect(b, { depth: 9 });
}

/** That all is well after the power failed, and that it goes on from there. */
async function assertRecovers({ directory, writer, before, after }: Place, isDone: boolean) {
  const found = await writer.read(directory);
  if (isDone) assertEquals(found, after, "what was written is gone");
  else assert(isSame(found, before) || isSame(found, after), `neither old nor new: ${found}`);
  await writer.write(directory);
  assertEquals(await writer.read(directory), after);
  const longAgo = new Date(Date.now() - LONG_AGO_MS);
  for (const name of unfinishedFiles(directory)) {
    await Deno.utime(join(directory, name), longAgo, longAgo);
  }
  await removeUnfinished(directory);
  assertEquals(unfinishedFiles(directory), []);
}

async function failAt(
  place: Omit<Place, "directory">,
  fate: DiskFate,
  at: number,
  isHalf: boolean,
) {
  await using temporary = await temporaryDirectory();
  const { writer } = place;
  // Also the directory is new where nothing was before.
  const directory = join(temporary.path, "state");
  await writer.prepare?.(directory);
  const run = await untilPowerFails(() => writer.write(directory), fate, at, isHalf);
  await assertRecovers({ ...place, directory }, run.isDone);
  return run;
}

/** Makes the keys of RSA be there at once. */
function withKeptKey(): Disposable {
  const { generateForKeeping } = RsaPrivateKey;
  RsaPrivateKey.generateForKeeping = () => Promise.resolve(KEPT_KEY);
  return {
    [Symbol.dispose]() {
      RsaPrivateKey.generateForKeeping = generateForKeeping;
    },
  };
}

for (const writer of STATE_WRITERS) {
  for (const fate of DISK_FATES) {
    Deno.test(`${writer.name} is whole when the power fails at any step, ${WORDS[fate]}`, async () => {
      using _key = withKeptKey();
      const before = await whatIsRead(writer, false);
      const after = await whatIsRead(writer, true);
      assert(!isSame(before, after));
      const place = { writer, before, after };
      let at = 0;
      for (let isDone = false; !isDone; at++) {
        assert(at < MANY_STEPS, "it never ends");
        const run = await failAt(place, fate, at, false);
        isDone = run.isDone;
        if (run.steps.at(-1) === "write") await failAt(place, fate, at, true);
      }
      assert(at > 5, "the steps were not seen: create, write, sync, rename, sync");
    });
  }
}

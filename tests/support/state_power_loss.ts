import { basename, dirname } from "node:path";
import { CrashPoint, type FileStep, type StepListener } from "./state_crash_point.ts";

/** What a disk has of what was not synced when the power failed. */
export type DiskFate =
  /** All: it was the process that was killed, and the system went on. */
  | "all"
  /** The names, with nothing in the files: as some file systems order it. */
  | "names"
  /** None. */
  | "none";

/** Every fate. */
export const DISK_FATES: readonly DiskFate[] = ["all", "names", "none"];

/** A change of a directory that its disk may not have yet. */
type PendingName =
  | { readonly change: "created"; readonly path: string }
  | {
    readonly change: "renamed";
    readonly from: string;
    readonly to: string;
    /** What was there under the name; `undefined` for nothing. */
    readonly former: Uint8Array | undefined;
  };

/** Knows what of the files that are written would outlive a loss of power. */
class UnsyncedChanges implements StepListener {
  #names: PendingName[] = [];
  readonly #contents = new Set<string>();

  created(path: string): void {
    this.#names.push({ change: "created", path });
  }

  written(path: string): void {
    this.#contents.add(path);
  }

  synced(path: string): void {
    this.#contents.delete(path);
    this.#names = this.#names.filter((name) => dirname(targetOf(name)) !== path);
  }

  renaming(from: string, to: string): void {
    this.#names.push({ change: "renamed", from, to, former: readIfThere(to) });
  }

  renamed(from: string, to: string): void {
    if (this.#contents.delete(from)) this.#contents.add(to);
    else this.#contents.delete(to);
  }

  /** Takes away from the files what the disk does not have. */
  async lose(fate: DiskFate): Promise<void> {
    if (fate === "all") return;
    for (const path of this.#contents) await Deno.writeFile(path, new Uint8Array());
    if (fate === "names") return;
    for (const name of this.#names.reverse()) await undo(name);
  }
}

function targetOf(name: PendingName): string {
  return name.change === "created" ? name.path : name.to;
}

async function undo(name: PendingName): Promise<void> {
  if (name.change === "created") return await Deno.remove(name.path);
  await Deno.rename(name.to, name.from);
  if (name.former !== undefined) await Deno.writeFile(name.to, name.former);
}

/** A program that was begun under a watch of its steps, and how far it got. */
export interface WatchedRun {
  /** The steps that were begun; the last of them was not finished if it crashed. */
  readonly steps: readonly FileStep[];
  /** Whether it came to its end. */
  readonly isDone: boolean;
}

/**
 * Lets a program run until it is about to take one of its steps, and then takes the power away.
 *
 * @param program Writes files.
 * @param fate What the disk has of what was not synced.
 * @param at Before which step; at the end when it takes fewer.
 * @param isHalfWritten Whether a write that it stops at is done by half.
 */
export async function untilPowerFails(
  program: () => Promise<unknown>,
  fate: DiskFate,
  at: number,
  isHalfWritten = false,
): Promise<WatchedRun> {
  const changes = new UnsyncedChanges();
  const crashed = Promise.withResolvers<false>();
  const point = new CrashPoint({
    at,
    isHalfWritten,
    crash: () => {
      crashed.resolve(false);
      return new Promise<never>(() => undefined);
    },
  }, changes);
  let isDone: boolean;
  try {
    isDone = await Promise.race([program().then(() => true), crashed.promise]);
  } finally {
    point.closeFiles();
    point[Symbol.dispose]();
  }
  await changes.lose(fate);
  return { steps: point.steps, isDone };
}

/** What is left in a directory of files that were not finished. */
export function unfinishedFiles(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name)
    .filter((name) => name.includes(".new-")).map((name) => basename(name));
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

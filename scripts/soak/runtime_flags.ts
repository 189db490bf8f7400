import type { SoakOptions } from "./soak_target.ts";

const COLLECT_GARBAGE = new URL("./measures/collect_garbage.ts", import.meta.url);

/** After so long a heap has found the size at which it is collected, seconds. */
const LONG_RUN_SECONDS = 45 * 60;

/**
 * What the runtime of processes under strain is told beside the usual.
 *
 * Where there is memory enough, the engine lets a heap with 18 MiB in use grow past 100 MiB before it
 * looks for garbage there, and takes half an hour to do so: to a shorter run that looks like a leak.
 * In those garbage is collected every ten seconds, so that memory shows what is kept. Longer runs are
 * left alone, as users run it.
 *
 * @param options How long the run is.
 * @returns Flags for `deno run`; a built executable takes none.
 */
export function runtimeFlagsOf({ seconds }: Pick<SoakOptions, "seconds">): readonly string[] {
  if (seconds >= LONG_RUN_SECONDS) return [];
  return ["--v8-flags=--expose-gc", `--preload=${COLLECT_GARBAGE.href}`];
}

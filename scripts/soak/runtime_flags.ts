const COLLECT_GARBAGE = new URL("./measures/collect_garbage.ts", import.meta.url);

/**
 * What the runtime of processes under strain is told beside the usual, as flags for `deno run`; a
 * built executable takes none.
 *
 * Where there is memory enough, the engine lets a heap with 18 MiB in use grow past 100 MiB before it
 * looks for garbage there, and then looks every few minutes: growth of a few MiB an hour is lost in
 * that, and a run of minutes looks like a leak. So garbage is collected every ten seconds, and memory
 * shows what is kept.
 */
export const RUNTIME_FLAGS: readonly string[] = [
  "--v8-flags=--expose-gc",
  `--preload=${COLLECT_GARBAGE.href}`,
];

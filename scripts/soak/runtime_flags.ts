const RETURN_MEMORY = new URL("./measures/return_memory_often.ts", import.meta.url);

/**
 * What the runtime of processes under strain is told beside the usual, as flags for `deno run`; a
 * built executable takes none.
 *
 * Where there is memory enough, the engine lets a heap with 18 MiB in use grow past 100 MiB before it
 * looks for garbage there, and then looks every few minutes; and the C library keeps what one burst
 * took while anything behind it lives. Growth of a few MiB an hour is lost in that. So memory that is
 * not in use is returned to the system every ten seconds, and the rest shows what is kept.
 */
export const RUNTIME_FLAGS: readonly string[] = [
  "--v8-flags=--expose-gc",
  "--allow-ffi",
  `--preload=${RETURN_MEMORY.href}`,
];

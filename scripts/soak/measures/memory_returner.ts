/** The C library of every Linux system that the runtime is made for. */
const LIBC = "libc.so.6";

/**
 * Makes what returns all memory to the system that this process holds without using it: garbage is
 * collected, and on Linux the C library's allocator gives free pages back (`malloc_trim(3)`).
 * Otherwise an allocator keeps what a burst took for as long as anything behind it lives, and resident
 * memory shows the greatest burst rather than what is in use.
 *
 * @returns Does it once; takes some 10 ms of the calling thread.
 * @throws {Error} If the runtime exposes no garbage collector.
 * @throws {Deno.errors.NotCapable} If the process may not call into libraries.
 */
export function memoryReturner(): () => void {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error("Cannot collect garbage: --expose-gc is missing");
  if (Deno.build.os !== "linux") return gc;
  const { symbols } = Deno.dlopen(LIBC, {
    malloc_trim: { parameters: ["usize"], result: "i32" },
  });
  return () => {
    gc();
    symbols.malloc_trim(0n);
  };
}

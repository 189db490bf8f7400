import { getHeapStatistics } from "node:v8";

/** The C library of every Linux system that the runtime is made for. */
const LIBC = "libc.so.6";

/** Of glibc's allocator; `mallinfo2(3)` came with 2.33. */
const FUNCTIONS = {
  malloc_trim: { parameters: ["usize"], result: "i32" },
  mallinfo2: { parameters: [], result: { struct: Array(10).fill("usize") }, optional: true },
} as const;

/** Fields of what `mallinfo2` gives. */
const Field = { MAPPED_BYTES: 4, ALLOCATED_BYTES: 7 } as const;

/** The memory of this very process. */
export interface OwnMemory {
  /**
   * Collects garbage, and on Linux has the C library's allocator give free pages back to the system
   * (`malloc_trim(3)`). Otherwise an allocator keeps what a burst took for as long as anything behind
   * it lives, and resident memory shows the greatest burst rather than what is in use. Takes some 10 ms
   * of the calling thread.
   */
  returnUnused(): void;
  /**
   * What the JavaScript heap and the C library's allocator have given out, bytes; `undefined` where
   * the allocator can't tell. After `returnUnused`, what is free between that does not count.
   */
  bytesInUse(): number | undefined;
}

/**
 * Looks for the means to measure this process by.
 *
 * @throws {Error} If the runtime exposes no garbage collector.
 * @throws {Deno.errors.NotCapable} If the process may not call into libraries.
 */
export function ownMemory(): OwnMemory {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error("Cannot collect garbage: --expose-gc is missing");
  if (Deno.build.os !== "linux") return { returnUnused: gc, bytesInUse: () => undefined };
  const { malloc_trim, mallinfo2 } = Deno.dlopen(LIBC, FUNCTIONS).symbols;
  return {
    returnUnused: () => {
      gc();
      malloc_trim(0n);
    },
    bytesInUse: () => {
      if (mallinfo2 === null) return undefined;
      const fields = new BigUint64Array(mallinfo2().slice().buffer);
      const { MAPPED_BYTES, ALLOCATED_BYTES } = Field;
      const given = (fields[MAPPED_BYTES] ?? 0n) + (fields[ALLOCATED_BYTES] ?? 0n);
      return getHeapStatistics().used_heap_size + Number(given);
    },
  };
}

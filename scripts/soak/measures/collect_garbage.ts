/**
 * Loaded ahead of a program whose memory is measured over minutes; see `runtime_flags.ts`.
 *
 * @module
 */

/** Long enough that collecting shows in no percentile of lag, milliseconds. */
const EVERY_MS = 10_000;

const { gc } = globalThis as { gc?: () => void };
if (gc === undefined) throw new Error("Cannot collect garbage: --expose-gc is missing");
// It keeps no process alive.
Deno.unrefTimer(setInterval(gc, EVERY_MS));

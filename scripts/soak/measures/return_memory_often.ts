/**
 * Loaded ahead of a program whose memory is measured; see `runtime_flags.ts`.
 *
 * @module
 */
import { memoryReturner } from "./memory_returner.ts";

/** Long enough that it shows in no percentile of lag, milliseconds. */
const EVERY_MS = 10_000;

// It keeps no process alive.
Deno.unrefTimer(setInterval(memoryReturner(), EVERY_MS));

/**
 * Loaded before a program (`deno run --preload`): kills it before it takes the step of writing files
 * whose number is in the variable `KILLED_AT`; a write is then done by half.
 *
 * @module
 */

import { CrashPoint } from "./state_crash_point.ts";

new CrashPoint({
  at: Number(Deno.env.get("KILLED_AT")),
  isHalfWritten: true,
  crash: () => {
    Deno.kill(Deno.pid, "SIGKILL");
    return new Promise<never>(() => undefined);
  },
});

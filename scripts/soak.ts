/**
 * Runs a relay, a direct server or a cluster under strain for long, and fails if it does not bear it.
 *
 *     deno task soak                              the relay, for an hour
 *     deno task soak --minutes 2                  the same, to see that it works
 *     deno task soak --target relay --seed 7      the same chances again
 *     deno task soak --help                       all that it takes
 */
import { killDetached } from "./child_process.ts";
import { SoakExit, soakMain } from "./soak/soak_main.ts";
import { SOAK_TARGETS } from "./soak/soak_targets.ts";

const stop = new AbortController();
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => {
    // Who asks twice does not want to wait for the report.
    if (stop.signal.aborted) {
      killDetached();
      Deno.exit(SoakExit.INTERRUPTED);
    }
    stop.abort();
  });
}
const output = {
  progress: (line: string) => console.error(`soak: ${line}`),
  print: (text: string) => console.log(text),
};
Deno.exit(await soakMain(Deno.args, SOAK_TARGETS, output, stop.signal));

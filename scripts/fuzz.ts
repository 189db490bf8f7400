/**
 * Makes inputs that are nearly right, and tries hushcast with them.
 *
 *     deno task fuzz                              every core, for a minute
 *     deno task fuzz --process --seconds 600      running servers, for ten
 *     deno task fuzz --help                       all that it takes
 */
import { fuzzMain } from "./fuzz/fuzz_main.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Windows has but one of them.
  if (Deno.build.os === "windows" && signal === "SIGTERM") continue;
  Deno.addSignalListener(signal, () => stop.abort());
}
const exitCode = await fuzzMain(Deno.args, {
  print: (text) => console.log(text),
  say: (line) => console.error(`fuzz: ${line}`),
  signal: stop.signal,
});
Deno.exit(exitCode);

import { parseArgs } from "@std/cli";

/**
 * Reads how long each measurement of a benchmark takes, and says on what it runs.
 *
 * @returns Seconds, 0.5 unless `--seconds` says otherwise; a wrong value ends the process with 2.
 */
export function beginBench(): number {
  const flags = parseArgs(Deno.args, { string: ["seconds"], default: { seconds: "0.5" } });
  const seconds = Number(flags.seconds);
  if (!(seconds > 0)) {
    console.error(`bench: --seconds must be a number above 0, got ${flags.seconds}`);
    Deno.exit(2);
  }
  const { deno } = Deno.version;
  console.log(`Deno ${deno}, ${Deno.build.target}, ${navigator.hardwareConcurrency} CPUs`);
  return seconds;
}

/** Prints a line of a table. */
export function row(...cells: (string | number)[]): void {
  console.log(cells.map((cell) => String(cell).padStart(14)).join(""));
}

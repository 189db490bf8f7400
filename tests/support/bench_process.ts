import { fileURLToPath } from "node:url";
import { LineProcess } from "../../scripts/line_process.ts";

/** What the tasks of `deno.json` give those that talk to what they measure; `bench.ts` has no network. */
const PERMISSIONS = [
  ...["--allow-net", "--allow-read", "--allow-write", "--allow-env", "--allow-run"],
  ...["--allow-sys=cpus,osRelease", "--no-prompt"],
];

/**
 * Starts a bench that talks to what it measures.
 *
 * @param script Its file in `scripts`.
 * @param args Its command line.
 * @param environment Variables beside those of this process.
 */
export function startBench(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): LineProcess {
  const path = fileURLToPath(new URL(`../../scripts/${script}`, import.meta.url));
  return new LineProcess(Deno.execPath(), ["run", ...PERMISSIONS, path, ...args], {
    NO_COLOR: "1",
    ...environment,
  });
}

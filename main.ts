/**
 * The hushcast executable, run from source: the command line, and its exit code.
 *
 * @module
 */

import { runProcess } from "./src/cli/run_process.ts";

if (import.meta.main) await runProcess({ from: "source" });

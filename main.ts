/**
 * The hushcast executable: runs the command line and ends with its exit code.
 *
 * @module
 */

import { COMMANDS } from "./src/cli/commands.ts";
import { openProcessIo } from "./src/cli/process_io.ts";
import { runCli } from "./src/cli/run_cli.ts";

if (import.meta.main) Deno.exit(await runCli(Deno.args, openProcessIo(), COMMANDS));

/**
 * The part of `@std/cli` that hushcast uses: `parseArgs`, with the name, options and meaning that
 * JSR documents, over `node:util`. `scripts/jsr_import_map.json` puts the real package in its
 * place.
 *
 * @module
 */

export { parseArgs } from "./cli/parse_args.ts";
export type { Args, ParseOptions } from "./cli/parse_args_types.ts";

import project from "../../deno.json" with { type: "json" };

/** The version of hushcast, as `deno.json` has it. */
export const VERSION: string = project.version;

import { VERSION } from "./version.ts";

/** Where the running program comes from. */
export type Build =
  /** A checkout: `deno run main.ts`. */
  | { readonly from: "source" }
  /** An executable that `deno task compile` has built. */
  | { readonly from: "executable"; readonly commit: string };

/** The runtime, as `Deno` describes it. */
export interface Runtime {
  /** Version of Deno. */
  readonly deno: string;
  /** Target triple, such as `x86_64-unknown-linux-gnu`. */
  readonly target: string;
  /** Whether `deno compile` has put program and runtime together. */
  readonly isStandalone: boolean;
}

/**
 * What `hushcast --version` prints.
 *
 * @param build Where the program comes from; an executable names its commit.
 * @param runtime What runs it.
 * @returns A line without its line feed; name and version are its first two words, as scripts
 *   expect.
 */
export function versionLine(build: Build, runtime: Runtime): string {
  const platform = `Deno ${runtime.deno}, ${runtime.target}`;
  if (build.from === "source") return `hushcast ${VERSION} (${platform}, source)`;
  const kind = runtime.isStandalone ? "compiled" : "portable";
  return `hushcast ${VERSION} (commit ${build.commit}, ${platform}, ${kind})`;
}

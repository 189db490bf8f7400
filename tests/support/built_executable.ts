import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { builtPath } from "../../scripts/compile/targets.ts";
import { VERSION } from "../../src/cli/version.ts";

const CHECKOUT = new URL("../../", import.meta.url);

/** How a script begins, and the portable executable is one. */
const SCRIPT_MARK = "#!";

/** An executable that was built for this machine. */
export interface BuiltExecutable {
  /** Absolute path. */
  readonly path: string;
  readonly kind: "compiled" | "portable";
}

/** What became of the look for an executable. */
export type ExecutableSearch =
  | { readonly state: "found"; readonly executable: BuiltExecutable }
  | {
    readonly state: "missing";
    /** What has to be done, for the names of tests that are left out. */
    readonly needs: string;
    /** Whether its tests have to fail then. */
    readonly isMandatory: boolean;
  }
  | { readonly state: "unsupported"; readonly needs: string };

/**
 * Looks for the executable for this machine: at `HUSHCAST_EXECUTABLE`, else in `dist`.
 *
 * @returns The executable, or why its tests cannot run.
 */
export function findBuiltExecutable(): ExecutableSearch {
  const { os, target } = Deno.build;
  if (os === "windows") return { state: "unsupported", needs: "needs a POSIX shell" };
  const named = Deno.env.get("HUSHCAST_EXECUTABLE");
  const built = builtPath(VERSION, target);
  if (!named && built === undefined) {
    return { state: "unsupported", needs: `no executable is built for ${target}` };
  }
  const path = named ? resolve(named) : fileURLToPath(new URL(built ?? "", CHECKOUT));
  const mark = firstBytes(path, SCRIPT_MARK.length);
  if (mark !== undefined) {
    const kind = mark === SCRIPT_MARK ? "portable" : "compiled";
    return { state: "found", executable: { path, kind } };
  }
  return {
    state: "missing",
    needs: `needs ${named ? path : built}: deno task compile`,
    // Who names one wants it tested.
    isMandatory: Boolean(named || Deno.env.get("CI")),
  };
}

function firstBytes(path: string, count: number): string | undefined {
  try {
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(count);
    file.readSync(bytes);
    return String.fromCharCode(...bytes);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Folder for what is built, below the checkout. */
export const DIST = "dist";

/** The platforms for which executables are built, as `deno compile` names them. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
] as const;

/** One of {@linkcode TARGETS}. */
export type Target = typeof TARGETS[number];

/**
 * Tells a target from any other word.
 *
 * @param word A target triple, or not.
 */
export function isTarget(word: string): word is Target {
  return TARGETS.some((target) => target === word);
}

/**
 * The file name of an executable.
 *
 * @param version Such as `0.1.0`.
 * @param target What it runs on.
 * @returns Such as `hushcast-0.1.0-x86_64-unknown-linux-gnu`, with `.exe` for Windows.
 */
export function executableName(version: string, target: Target): string {
  return `hushcast-${version}-${target}${target.includes("windows") ? ".exe" : ""}`;
}

/**
 * Where `deno task compile` puts the executable for a machine.
 *
 * @param version Such as `0.1.0`.
 * @param host Target triple of the machine.
 * @returns Path below the checkout, or `undefined` when none is built for this target.
 */
export function builtPath(version: string, host: string): string | undefined {
  return isTarget(host) ? `${DIST}/${executableName(version, host)}` : undefined;
}

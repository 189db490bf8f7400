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

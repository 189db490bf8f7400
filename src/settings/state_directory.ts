import type { SettingsEnvironment } from "./settings_environment.ts";

/**
 * The state directory of this platform.
 *
 * @param environment Where `XDG_STATE_HOME`, `HOME` or `LOCALAPPDATA` are looked up; empty ones
 *   count as unset, and so does a relative `XDG_STATE_HOME`.
 * @returns The directory, which may not exist yet; `undefined` when no variable leads to one.
 * @see XDG Base Directory Specification, "Environment variables"
 */
export function defaultStateDirectory(environment: SettingsEnvironment): string | undefined {
  const home = environment.variable("HOME") || undefined;
  switch (environment.os) {
    case "windows":
      return within(environment.variable("LOCALAPPDATA") || undefined, "\\hushcast");
    case "darwin":
      return within(home, "/Library/Application Support/hushcast");
    default: {
      const stateHome = environment.variable("XDG_STATE_HOME");
      return stateHome?.startsWith("/")
        ? within(stateHome, "/hushcast")
        : within(home, "/.local/state/hushcast");
    }
  }
}

function within(parent: string | undefined, child: string): string | undefined {
  return parent?.replace(/[/\\]+$/, "").concat(child);
}

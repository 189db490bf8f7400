import type { SettingsEnvironment } from "./settings_environment.ts";

/**
 * The environment and the files of this process.
 *
 * @returns Look-ups that go to the system at each call; they need `--allow-env` and `--allow-read`.
 */
export function processEnvironment(): SettingsEnvironment {
  return {
    os: Deno.build.os,
    variable: (name) => Deno.env.get(name),
    readTextFile: (path) => Deno.readTextFileSync(path),
  };
}

import type { FlagValues } from "../../src/settings/command_line.ts";
import type { SettingsSources } from "../../src/settings/resolve_settings.ts";
import {
  type FakeEnvironmentContents,
  fakeSettingsEnvironment,
} from "./fake_settings_environment.ts";

/** Where settings come from: flags by name, and a fake environment. */
export function settingsSources(
  flags: Readonly<Record<string, string | boolean>>,
  contents: FakeEnvironmentContents = {},
): SettingsSources {
  const values: FlagValues = new Map(Object.entries(flags));
  return { flags: values, environment: fakeSettingsEnvironment(contents) };
}

/** A configuration file `relay.json`, and the environment that it is found in. */
export function withConfigFile(
  json: unknown,
  variables: Readonly<Record<string, string>> = {},
): FakeEnvironmentContents {
  const files = { "relay.json": JSON.stringify(json) };
  return { files, variables: { HOME: "/home/ada", HUSHCAST_CONFIG: "relay.json", ...variables } };
}

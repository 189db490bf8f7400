import type { SettingsEnvironment } from "../../src/settings/settings_environment.ts";

/** What a fake environment holds; everything may be left out. */
export interface FakeEnvironmentContents {
  readonly os?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * An environment that touches neither the process nor the disk.
 *
 * @param contents Variables (with a `HOME` unless they say otherwise) and files by path.
 */
export function fakeSettingsEnvironment(
  contents: FakeEnvironmentContents = {},
): SettingsEnvironment {
  const variables = new Map(Object.entries(contents.variables ?? { HOME: "/home/ada" }));
  const files = new Map(Object.entries(contents.files ?? {}));
  return {
    os: contents.os ?? "linux",
    variable: (name) => variables.get(name),
    readTextFile(path) {
      const text = files.get(path);
      if (text === undefined) throw new Deno.errors.NotFound("No such file or directory");
      return text;
    },
  };
}

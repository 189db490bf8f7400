import { assertEquals } from "@std/assert";
import { defaultStateDirectory } from "../../src/settings/state_directory.ts";
import { fakeSettingsEnvironment } from "../support/fake_settings_environment.ts";

const table: {
  name: string;
  os: string;
  variables: Record<string, string>;
  directory: string | undefined;
}[] = [
  {
    name: "XDG_STATE_HOME",
    os: "linux",
    variables: { XDG_STATE_HOME: "/state/", HOME: "/home/ada" },
    directory: "/state/hushcast",
  },
  {
    name: "HOME when XDG_STATE_HOME is relative",
    os: "linux",
    variables: { XDG_STATE_HOME: "state", HOME: "/home/ada" },
    directory: "/home/ada/.local/state/hushcast",
  },
  {
    name: "HOME when XDG_STATE_HOME is empty",
    os: "freebsd",
    variables: { XDG_STATE_HOME: "", HOME: "/home/ada" },
    directory: "/home/ada/.local/state/hushcast",
  },
  {
    name: "nothing when HOME is empty",
    os: "linux",
    variables: { HOME: "" },
    directory: undefined,
  },
  { name: "nothing without HOME", os: "linux", variables: {}, directory: undefined },
  {
    name: "the root as HOME",
    os: "linux",
    variables: { HOME: "/" },
    directory: "/.local/state/hushcast",
  },
  {
    name: "Application Support on macOS",
    os: "darwin",
    variables: { XDG_STATE_HOME: "/state", HOME: "/Users/ada" },
    directory: "/Users/ada/Library/Application Support/hushcast",
  },
  {
    name: "LOCALAPPDATA on Windows",
    os: "windows",
    variables: { LOCALAPPDATA: "C:\\Users\\ada\\AppData\\Local", HOME: "/home/ada" },
    directory: "C:\\Users\\ada\\AppData\\Local\\hushcast",
  },
  { name: "nothing without LOCALAPPDATA", os: "windows", variables: {}, directory: undefined },
];

for (const { name, os, variables, directory } of table) {
  Deno.test(`defaultStateDirectory() uses ${name}`, () => {
    assertEquals(defaultStateDirectory(fakeSettingsEnvironment({ os, variables })), directory);
  });
}

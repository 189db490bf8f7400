import type { Endpoint } from "../session/endpoint.ts";

/** What every row of the settings table says, whatever its kind. */
export interface SettingBase<Kind extends string, Default> {
  /** Decides how values are read, checked and described. */
  readonly kind: Kind;
  /** Name in a configuration file, snake_case; flag and variable follow from it. */
  readonly key: string;
  /** Flag without its dashes, where it is not the key with `-` for `_`. */
  readonly flag?: string;
  /** One sentence for `--help` and the README, without a full stop. */
  readonly help: string;
  /** Value when none is given; without one the setting is then `undefined`. */
  readonly default?: Default;
  /** Says what happens without a value, where `default` does not say it. */
  readonly defaultText?: string;
  /** Stands for the value in usage lines, where the kind's own word says too little. */
  readonly placeholder?: string;
  /** Keeps the value out of error messages. */
  readonly secret?: true;
  /** Where the setting can be given, when not everywhere. */
  readonly place?: "file only" | "not in file";
}

/** Bounds of a number, both included. */
export interface NumberRange {
  /** The smallest number allowed. */
  readonly min: number;
  /** The largest number allowed. */
  readonly max: number;
}

/** Any text without control characters, or what `pattern` allows. */
export interface StringSetting extends SettingBase<"string", string> {
  /** What the whole text must match. */
  readonly pattern?: RegExp;
  /** What `pattern` asks for, in words. */
  readonly expected?: string;
  /** Takes a lone `-` as its value, which stands for standard input. */
  readonly takesDash?: true;
}

/** A client name by the rules of PROTOCOL 1.2. */
export type ClientNameSetting = SettingBase<"client name", string>;

/** A file or directory; relative to the working directory, also when the configuration file says it. */
export interface PathSetting extends SettingBase<"path", string> {
  /** A default that depends on the platform. */
  readonly defaultFrom?: "state directory";
  /** Leads to a directory; without it the path leads to a file. */
  readonly directory?: true;
}

/** An IP address or a host name. */
export type HostSetting = SettingBase<"host", string>;

/** A network interface of this machine: its IP address, or its index, as IPv6 groups want it. */
export type InterfaceSetting = SettingBase<"interface", string>;

/** `HOST:PORT`, where the port may be left out. */
export interface EndpointSetting extends SettingBase<"endpoint", Endpoint> {
  /** The port when it is left out. */
  readonly defaultPort: number;
  /** The smallest port allowed, 1 unless 0 stands for a free one. */
  readonly minPort?: 0;
}

/** One `HOST:PORT` or several with commas between; a list of them in JSON. It has no default. */
export interface EndpointsSetting extends SettingBase<"endpoints", never> {
  /** The port where it is left out. */
  readonly defaultPort: number;
  /** How many there may be. */
  readonly max: number;
}

/** A port number up to 65,535. */
export interface PortSetting extends SettingBase<"port", number> {
  /** The smallest number allowed; 0 means a free port. */
  readonly min: 0 | 1;
}

/** A whole number in a range. */
export interface IntegerSetting extends SettingBase<"integer", number>, NumberRange {
  /** What is counted, in the plural. */
  readonly unit?: string;
}

/** A time; written, bounded and defaulted in seconds, resolved to milliseconds. */
export interface SecondsSetting extends SettingBase<"seconds", number>, NumberRange {
  /** Refuses fractions, where the wire or Fernet counts whole seconds. */
  readonly whole?: true;
}

/** A time as `30s`, `15m`, `12h`, `7d` or `2w`, resolved to milliseconds; it has no default. */
export type DurationSetting = SettingBase<"duration", never>;

/** `--flag`, `--no-flag`, `--flag=true` or `--flag=false`. */
export interface BooleanSetting extends SettingBase<"boolean", boolean> {
  /** Value when none is given; `--help` shows `--no-flag` when it is true. */
  readonly default: boolean;
}

/** One of a few words or numbers. */
export interface ChoiceSetting extends SettingBase<"choice", string | number> {
  /** All that is allowed. */
  readonly choices: readonly (string | number)[];
}

/** An object from names to whole numbers; JSON only. */
export interface IntegersSetting
  extends SettingBase<"integers", Readonly<Record<string, number>>>, NumberRange {
  /** The command line and the environment have no form for it. */
  readonly place: "file only";
}

/** One row of the settings table. */
export type Setting =
  | StringSetting
  | ClientNameSetting
  | PathSetting
  | HostSetting
  | InterfaceSetting
  | EndpointSetting
  | EndpointsSetting
  | PortSetting
  | IntegerSetting
  | SecondsSetting
  | DurationSetting
  | BooleanSetting
  | ChoiceSetting
  | IntegersSetting;

/** The settings of one command; the property is the name under which the code knows the value. */
export type SettingsTable = Readonly<Record<string, Setting>>;

/** A value of any setting, after it was checked. */
export type SettingValue =
  | string
  | number
  | boolean
  | Endpoint
  | readonly Endpoint[]
  | Readonly<Record<string, number>>;

/** The type of a row's value; of seconds and durations it is milliseconds. */
export type ValueOf<S extends Setting> = S extends { kind: "boolean" } ? boolean
  : S extends { kind: "integer" | "port" | "seconds" | "duration" } ? number
  : S extends { kind: "choice"; choices: readonly (infer Choice)[] } ? Choice
  : S extends { kind: "endpoint" } ? Endpoint
  : S extends { kind: "endpoints" } ? readonly Endpoint[]
  : S extends { kind: "integers" } ? Readonly<Record<string, number>>
  : string;

/** The resolved form of a table: a value a row, `undefined` possible where there is no default. */
export type SettingsOfTable<T extends SettingsTable> = {
  readonly [Name in keyof T]: T[Name] extends { default: unknown } | { defaultFrom: unknown }
    ? ValueOf<T[Name]>
    : ValueOf<T[Name]> | undefined;
};

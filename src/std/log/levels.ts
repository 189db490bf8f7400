/** Number of each level; a record passes where its number is not below the level set. */
export const LogLevels = {
  NOTSET: 0,
  DEBUG: 10,
  INFO: 20,
  WARN: 30,
  ERROR: 40,
  CRITICAL: 50,
} as const;

/** Name of a level. */
export type LevelName = keyof typeof LogLevels;

/** Number of a level. */
export type LogLevel = typeof LogLevels[LevelName];

/** The names of all levels, lowest first. */
export const LogLevelNames: LevelName[] = [
  "NOTSET",
  "DEBUG",
  "INFO",
  "WARN",
  "ERROR",
  "CRITICAL",
];

/**
 * Turns a level's name into its number.
 *
 * @param name The name, in capitals.
 * @returns The number.
 * @throws {Error} If there is no such level.
 */
export function getLevelByName(name: LevelName): LogLevel {
  if (Object.hasOwn(LogLevels, name)) return LogLevels[name];
  throw new Error(`Cannot get log level: no level named ${name}`);
}

/**
 * Turns a level's number into its name.
 *
 * @param level The number.
 * @returns The name, in capitals.
 * @throws {Error} If there is no such level.
 */
export function getLevelName(level: LogLevel): LevelName {
  const name = LogLevelNames.find((each) => LogLevels[each] === level);
  if (name !== undefined) return name;
  throw new Error(`Cannot get log level name: no level with number ${level}`);
}

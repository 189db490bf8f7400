import { getLevelByName, type LevelName, LogLevelNames, type LogRecord } from "@std/log";

/** The levels a user can choose from, lowest first, as they are written on the command line. */
export const LOG_LEVEL_CHOICES = ["debug", "info", "warn", "error", "critical"] as const;

const LEVEL_NAMES = {
  debug: "DEBUG",
  info: "INFO",
  warn: "WARN",
  error: "ERROR",
  critical: "CRITICAL",
} as const;

/**
 * Reads the name of a level.
 *
 * @param text One of {@linkcode LOG_LEVEL_CHOICES}, in any case.
 * @returns The level's name in `@std/log`, or `undefined` for any other text.
 */
export function parseLogLevel(text: string): LevelName | undefined {
  const choice = LOG_LEVEL_CHOICES.find((each) => each === text.toLowerCase());
  return LogLevelNames.find((name) => name.toLowerCase() === choice);
}

/**
 * The name of a level as `@std/log` has it.
 *
 * @param choice The level as the command line has it.
 * @returns The same level's name in upper case.
 */
export function levelNameOf(choice: typeof LOG_LEVEL_CHOICES[number]): LevelName {
  return LEVEL_NAMES[choice];
}

/**
 * Tells the level of a record.
 *
 * @param record The record.
 * @returns The name of its level.
 */
export function levelOf(record: LogRecord): LevelName {
  return LogLevelNames.find((name) => name === record.levelName) ?? "NOTSET";
}

/**
 * Finds the level that lets through what any of some levels lets through.
 *
 * @param levels Names of levels, in any order.
 * @returns The lowest one, CRITICAL if there is none.
 */
export function lowestLevel(levels: Iterable<LevelName>): LevelName {
  let lowest: LevelName = "CRITICAL";
  for (const level of levels) {
    if (getLevelByName(level) < getLevelByName(lowest)) lowest = level;
  }
  return lowest;
}

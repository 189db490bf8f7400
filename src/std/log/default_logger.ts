import type { GenericFunction } from "./logger.ts";
import { getLogger } from "./setup.ts";

/** Logs at level DEBUG with the default logger; see `Logger.debug`. */
export function debug<T>(msg: () => T, ...args: unknown[]): T | undefined;
/** Logs at level DEBUG with the default logger; see `Logger.debug`. */
export function debug<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
export function debug(msg: unknown, ...args: unknown[]): unknown {
  return getLogger().debug(msg, ...args);
}

/** Logs at level INFO with the default logger; see `Logger.info`. */
export function info<T>(msg: () => T, ...args: unknown[]): T | undefined;
/** Logs at level INFO with the default logger; see `Logger.info`. */
export function info<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
export function info(msg: unknown, ...args: unknown[]): unknown {
  return getLogger().info(msg, ...args);
}

/** Logs at level WARN with the default logger; see `Logger.warn`. */
export function warn<T>(msg: () => T, ...args: unknown[]): T | undefined;
/** Logs at level WARN with the default logger; see `Logger.warn`. */
export function warn<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
export function warn(msg: unknown, ...args: unknown[]): unknown {
  return getLogger().warn(msg, ...args);
}

/** Logs at level ERROR with the default logger; see `Logger.error`. */
export function error<T>(msg: () => T, ...args: unknown[]): T | undefined;
/** Logs at level ERROR with the default logger; see `Logger.error`. */
export function error<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
export function error(msg: unknown, ...args: unknown[]): unknown {
  return getLogger().error(msg, ...args);
}

/** Logs at level CRITICAL with the default logger; see `Logger.critical`. */
export function critical<T>(msg: () => T, ...args: unknown[]): T | undefined;
/** Logs at level CRITICAL with the default logger; see `Logger.critical`. */
export function critical<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
export function critical(msg: unknown, ...args: unknown[]): unknown {
  return getLogger().critical(msg, ...args);
}

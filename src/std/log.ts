/**
 * The part of `@std/log` that hushcast uses, with the names, signatures and meaning that JSR
 * documents for 0.224. Records are delivered and files written by LogTape, because `@std/log` is no
 * longer part of the standard library. `scripts/jsr_import_map.json` puts the real package in its
 * place.
 *
 * @module
 */

export {
  BaseHandler,
  type BaseHandlerOptions,
  type FormatterFunction,
} from "./log/base_handler.ts";
export { ConsoleHandler, type ConsoleHandlerOptions } from "./log/console_handler.ts";
export { critical, debug, error, info, warn } from "./log/default_logger.ts";
export { FileHandler, type FileHandlerOptions, type LogMode } from "./log/file_handler.ts";
export { formatters, jsonFormatter } from "./log/formatters.ts";
export {
  getLevelByName,
  getLevelName,
  type LevelName,
  type LogLevel,
  LogLevelNames,
  LogLevels,
} from "./log/levels.ts";
export { LogRecord, type LogRecordOptions } from "./log/log_record.ts";
export { type GenericFunction, Logger, type LoggerOptions } from "./log/logger.ts";
export { RotatingFileHandler } from "./log/rotating_file_handler.ts";
export { getLogger, type LogConfig, type LoggerConfig, setup } from "./log/setup.ts";

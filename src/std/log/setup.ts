import type { BaseHandler } from "./base_handler.ts";
import { ConsoleHandler } from "./console_handler.ts";
import { connectLogTape } from "./delivery.ts";
import type { LevelName } from "./levels.ts";
import { Logger } from "./logger.ts";

/** Level and handlers of one logger. */
export interface LoggerConfig {
  /** Records below this level are left out; INFO by default. */
  readonly level?: LevelName;
  /** Names of the handlers that its records go to. */
  readonly handlers?: string[];
}

/** All handlers and loggers of a program, by name. */
export interface LogConfig {
  /** The handlers; `default` is the console unless it is given. */
  readonly handlers?: { readonly [name: string]: BaseHandler };
  /** The loggers; `default` logs to the handler `default` unless it is given. */
  readonly loggers?: { readonly [name: string]: LoggerConfig };
}

const DEFAULT_LEVEL = "INFO";

/** The handlers and loggers that are set up. */
class Registry {
  readonly #defaultHandler = new ConsoleHandler(DEFAULT_LEVEL);
  readonly #handlers = new Map<string, BaseHandler>();
  readonly #loggers = new Map<string, Logger>();

  setup(config: LogConfig): void {
    connectLogTape();
    this.#replaceHandlers({ default: this.#defaultHandler, ...config.handlers });
    this.#replaceLoggers({
      default: { level: DEFAULT_LEVEL, handlers: ["default"] },
      ...config.loggers,
    });
  }

  logger(name: string): Logger {
    const known = this.#loggers.get(name);
    if (known !== undefined) return known;
    const logger = new Logger(name, DEFAULT_LEVEL);
    this.#loggers.set(name, logger);
    return logger;
  }

  #replaceHandlers(handlers: { readonly [name: string]: BaseHandler }): void {
    for (const handler of this.#handlers.values()) handler.destroy();
    this.#handlers.clear();
    for (const [name, handler] of Object.entries(handlers)) {
      handler.setup();
      this.#handlers.set(name, handler);
    }
  }

  #replaceLoggers(loggers: { readonly [name: string]: LoggerConfig }): void {
    this.#loggers.clear();
    for (const [name, { level = DEFAULT_LEVEL, handlers: names = [] }] of Object.entries(loggers)) {
      const handlers = names.flatMap((handler) => this.#handlers.get(handler) ?? []);
      this.#loggers.set(name, new Logger(name, level, { handlers }));
    }
  }
}

// The one piece of module state in the project: setup() and getLogger() of @std/log have no other
// place to meet. Only src/observe calls them; everything else is handed its logger.
const registry = new Registry();
setup({});

/**
 * Replaces all handlers and loggers: closes the present handlers and opens the new ones.
 *
 * @param config The new handlers and loggers.
 * @throws What a handler throws when it is opened or closed; the set-up is then incomplete.
 */
export function setup(config: LogConfig): void {
  registry.setup(config);
}

/**
 * Finds a logger.
 *
 * @param name Its name; without it the default logger.
 * @returns The logger; one that is not set up is made, and logs nowhere.
 */
export function getLogger(name?: string): Logger {
  return registry.logger(name || "default");
}

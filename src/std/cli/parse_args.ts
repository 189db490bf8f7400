import { parseArgs as tokenize } from "node:util";

import { OptionTable } from "./option_table.ts";
import type { Args, ParsedArgs, ParseOptions } from "./parse_args_types.ts";
import { readShortOptions } from "./short_options.ts";

/**
 * Reads a command line.
 *
 * - `--name value`, `--name=value`, `-n value` and `-n5` set an option; a value that looks like a
 *   number becomes one unless the option is declared `string`.
 * - The next argument is not taken as a value when it begins with `-`, nor for a `boolean` option,
 *   unless it is `true` or `false`. Without a value an option is `true`, or `""` if it is a string.
 * - `--no-name` sets `name` to `false` if it is `negatable`, else it sets `no-name`.
 * - `-abc` sets `a`, `b` and `c`.
 * - Everything else goes to `_`, and so does all that follows `--`.
 *
 * Of the real package's behaviour one thing is left out: a dot in a name has no meaning here.
 *
 * @param args The arguments, such as `Deno.args`.
 * @param options Which options there are; undeclared ones are read as well as may be.
 * @returns A new object with a property per option, and the positional arguments in `_`.
 */
export function parseArgs<
  const TBoolean extends string = never,
  const TString extends string = never,
  const TCollect extends string = never,
  const TNegatable extends string = never,
  TDefault extends object = Record<never, never>,
  TDoubleDash extends boolean = false,
>(
  args: string[],
  options?: ParseOptions<TBoolean, TString, TCollect, TNegatable, TDefault, TDoubleDash>,
): ParsedArgs<TBoolean, TString, TCollect, TNegatable, TDefault, TDoubleDash>;
export function parseArgs(args: string[], options: ParseOptions = {}): Args {
  const end = args.indexOf("--");
  const rest = end === -1 ? [] : args.slice(end + 1);
  const parser = new ArgumentParser(end === -1 ? args : args.slice(0, end), options);
  return parser.parse(rest);
}

class ArgumentParser {
  readonly #args: readonly string[];
  readonly #options: ParseOptions;
  readonly #table: OptionTable;
  readonly #result: Args = { _: [] };
  #next = 0;

  constructor(args: readonly string[], options: ParseOptions) {
    this.#args = args;
    this.#options = options;
    this.#table = new OptionTable(options);
  }

  parse(rest: readonly string[]): Args {
    for (let arg = this.#take(); arg !== undefined; arg = this.#take()) {
      if (arg.startsWith("--")) this.#readLong(arg);
      else if (arg.startsWith("-") && arg.length > 1) this.#readShort(arg);
      else this.#readPositional(arg);
    }
    this.#fillDefaults();
    if (this.#options["--"]) this.#result["--"] = [...rest];
    else this.#result._.push(...rest);
    return this.#result;
  }

  #take(): string | undefined {
    return this.#args[this.#next++];
  }

  #readLong(arg: string): void {
    const { name, value } = splitLong(arg);
    const negated = /^no-(?<name>.+)$/s.exec(name)?.groups?.["name"];
    if (value !== undefined) {
      // The real package drops the "no-" of "--no-name=value"; so the value stands.
      const key = negated ?? name;
      this.#set(key, this.#table.booleans.has(key) ? value !== "false" : value, arg);
    } else if (negated !== undefined && this.#table.isNegatable(negated)) {
      this.#set(negated, false, arg, { replace: true });
    } else {
      const takesValue = !this.#table.allBoolean && !this.#table.isBoolean(name);
      const following = this.#takeValue(takesValue, (next) => !next.startsWith("-"));
      this.#set(name, following ?? this.#table.emptyValue(name), arg);
    }
  }

  #readShort(arg: string): void {
    const { settings, open } = readShortOptions(arg);
    for (const { name, value } of settings) {
      this.#set(name, value ?? this.#table.emptyValue(name), arg);
    }
    if (open === undefined) return;
    const following = this.#takeValue(
      !this.#table.isBoolean(open),
      (next) => !/^--?[^-]/.test(next),
    );
    this.#set(open, following ?? this.#table.emptyValue(open), arg);
  }

  /** The next argument if it is the value of an option: any that fits, or `true` and `false`. */
  #takeValue(takesValue: boolean, fits: (next: string) => boolean): string | boolean | undefined {
    const next = this.#args[this.#next];
    if (!next) return undefined;
    const isValue = takesValue && fits(next);
    if (!isValue && next !== "true" && next !== "false") return undefined;
    this.#next++;
    return isValue ? next : next === "true";
  }

  #readPositional(arg: string): void {
    if (this.#options.unknown?.(arg) !== false) {
      this.#result._.push(this.#table.strings.has("_") ? arg : numberIfNumeric(arg));
    }
    if (!this.#options.stopEarly) return;
    this.#result._.push(...this.#args.slice(this.#next));
    this.#next = this.#args.length;
  }

  #set(name: string, value: string | boolean, arg: string, { replace = false } = {}): void {
    if (!this.#isWanted(name, value, arg)) return;
    const typed = typeof value === "string" && !this.#table.strings.has(name)
      ? numberIfNumeric(value)
      : value;
    const gather = !replace && this.#table.isCollected(name);
    for (const each of [name, ...this.#table.aliasesOf(name)]) this.#store(each, typed, gather);
  }

  #isWanted(name: string, value: string | boolean, arg: string): boolean {
    if (this.#table.isDeclared(name)) return true;
    if (this.#table.allBoolean && /^--[^=]+$/.test(arg)) return true;
    return this.#options.unknown?.(arg, name, value) !== false;
  }

  #store(name: string, value: string | number | boolean, gather: boolean): void {
    const before = Object.hasOwn(this.#result, name) ? this.#result[name] : undefined;
    if (!gather) this.#define(name, value);
    else if (Array.isArray(before)) before.push(value);
    else this.#define(name, before ? [before, value] : [value]);
  }

  #fillDefaults(): void {
    for (const [name, value] of Object.entries(this.#options.default ?? {})) {
      if (Object.hasOwn(this.#result, name)) continue;
      for (const each of [name, ...this.#table.aliasesOf(name)]) this.#define(each, value);
    }
    for (const name of this.#table.booleans) {
      if (Object.hasOwn(this.#result, name)) continue;
      this.#define(name, this.#table.isCollected(name) ? [] : false);
    }
    for (const name of this.#table.strings) {
      if (Object.hasOwn(this.#result, name) || !this.#table.isCollected(name)) continue;
      this.#define(name, []);
    }
  }

  // Not an assignment: "--__proto__" must become a property like any other.
  #define(name: string, value: unknown): void {
    Object.defineProperty(this.#result, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
}

function splitLong(arg: string): { name: string; value?: string } {
  const { tokens } = tokenize({ args: [arg], strict: false, tokens: true });
  const [token] = tokens;
  if (token?.kind !== "option") throw new TypeError(`Cannot read "${arg}" as a long option`);
  // An empty value is none, and the equals sign then belongs to the name.
  if (token.value === "") return { name: `${token.name}=` };
  return token.value === undefined
    ? { name: token.name }
    : { name: token.name, value: token.value };
}

function numberIfNumeric(text: string): string | number {
  return /\S/.test(text) && Number.isFinite(Number(text)) ? Number(text) : text;
}

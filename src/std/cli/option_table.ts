import type { Names, ParseOptions } from "./parse_args_types.ts";

/** What the caller declared of each option name, its other names included. */
export class OptionTable {
  /** Whether every long option without `=` is boolean. */
  readonly allBoolean: boolean;
  /** The names declared boolean, aliases included. */
  readonly booleans: ReadonlySet<string>;
  /** The names declared string, aliases included. */
  readonly strings: ReadonlySet<string>;
  readonly #collected: ReadonlySet<string>;
  readonly #negatable: ReadonlySet<string>;
  readonly #aliases: ReadonlyMap<string, ReadonlySet<string>>;

  /**
   * Reads the declarations.
   *
   * @param options What `parseArgs` was given.
   */
  constructor(options: ParseOptions) {
    const { boolean } = options;
    this.#aliases = groupAliases(options.alias ?? {});
    this.allBoolean = boolean === true;
    this.booleans = this.#named(typeof boolean === "boolean" ? undefined : boolean);
    this.strings = this.#named(options.string);
    this.#collected = this.#named(options.collect);
    this.#negatable = this.#named(options.negatable);
  }

  /** The other names of an option. */
  aliasesOf(name: string): Iterable<string> {
    return this.#aliases.get(name) ?? [];
  }

  /** Whether an option, under this or another name, takes no value. */
  isBoolean(name: string): boolean {
    return [name, ...this.aliasesOf(name)].some((each) => this.booleans.has(each));
  }

  /** Whether the values of an option are gathered in an array. */
  isCollected(name: string): boolean {
    return this.#collected.has(name);
  }

  /** Whether `--no-NAME` is allowed. */
  isNegatable(name: string): boolean {
    return this.#negatable.has(name);
  }

  /** Whether an option is known, as opposed to one that the caller's `unknown` is asked about. */
  isDeclared(name: string): boolean {
    return this.booleans.has(name) || this.strings.has(name) || this.#aliases.has(name);
  }

  /** What an option without a value is set to. */
  emptyValue(name: string): "" | true {
    return this.strings.has(name) ? "" : true;
  }

  #named(names: Names<string> | undefined): ReadonlySet<string> {
    const list = typeof names === "string" ? [names] : names ?? [];
    return new Set(
      list.filter((name) => name !== "").flatMap((name) => [name, ...this.aliasesOf(name)]),
    );
  }
}

function groupAliases(
  alias: Readonly<Record<string, string | readonly string[]>>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const groups = new Map<string, ReadonlySet<string>>();
  for (const [name, other] of Object.entries(alias)) {
    const group = [name, ...(typeof other === "string" ? [other] : other)];
    for (const member of group) {
      groups.set(member, new Set(group.filter((each) => each !== member)));
    }
  }
  return groups;
}

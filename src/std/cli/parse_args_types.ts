/** Names of options: one, or a list. */
export type Names<TName extends string> = TName | readonly TName[];

/**
 * How `parseArgs` is to read the command line. The type parameters are the names that are declared
 * boolean, string, collectable and negatable, the defaults, and whether `--` is asked for.
 */
export interface ParseOptions<
  TBoolean extends string = string,
  TString extends string = string,
  TCollect extends string = string,
  TNegatable extends string = string,
  TDefault extends object = object,
  TDoubleDash extends boolean = boolean,
> {
  /** When true, what follows `--` goes to the result's `--` instead of to `_`. */
  readonly "--"?: TDoubleDash;
  /** Other names of an option; whichever is given, all are set. */
  readonly alias?: Readonly<Record<string, string | readonly string[]>>;
  /**
   * Options without a value, `false` by default. `true` makes every `--name` without `=` one of
   * them.
   */
  readonly boolean?: boolean | Names<TBoolean>;
  /** Values of options that are not given. */
  readonly default?: TDefault;
  /** When true, everything from the first positional argument on is positional. */
  readonly stopEarly?: boolean;
  /** Options whose value stays a string even where it looks like a number; `_` is one, too. */
  readonly string?: Names<TString>;
  /** Options that may be given several times; the values come as an array. */
  readonly collect?: Names<TCollect>;
  /** Options that `--no-NAME` sets to `false`. */
  readonly negatable?: Names<TNegatable>;
  /**
   * Called for every positional argument, and for every option that is neither boolean, string nor
   * alias; what it returns `false` for is left out of the result.
   */
  readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** What `parseArgs` returns when nothing is known of the options. */
export interface Args {
  /** Arguments that belong to no option. */
  _: (string | number)[];
  /** Every option that was given, has a default, or is declared boolean. */
  [name: string]: unknown;
}

/** What `parseArgs` returns: {@linkcode Args} with the type of each option that was declared. */
export type ParsedArgs<
  TBoolean extends string,
  TString extends string,
  TCollect extends string,
  TNegatable extends string,
  TDefault extends object,
  TDoubleDash extends boolean,
> =
  & Args
  & {
    [Name in Literal<TBoolean>]: Collected<boolean, Name, TCollect> | DefaultOf<Name, TDefault>;
  }
  & {
    [Name in Literal<TString> & (TCollect | keyof TDefault)]:
      | StringValue<Name, TCollect>
      | Negated<Name, TNegatable>
      | DefaultOf<Name, TDefault>;
  }
  & {
    [Name in Exclude<Literal<TString>, TCollect | keyof TDefault>]?:
      | string
      | Negated<Name, TNegatable>;
  }
  & ([TDoubleDash] extends [true] ? { "--": string[] } : unknown);

/** Drops plain `string`, so that a list of names known only at run time types no property. */
type Literal<TName extends string> = string extends TName ? never : TName;

type Collected<TValue, TName, TCollect> = TName extends TCollect ? TValue[] : TValue;

type StringValue<TName, TCollect> = Collected<string, TName, TCollect>;

type Negated<TName, TNegatable> = TName extends TNegatable ? false : never;

type DefaultOf<TName, TDefault> = TName extends keyof TDefault ? TDefault[TName] : never;

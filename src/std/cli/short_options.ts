/** A one-letter option; without a `value` it stands alone. */
export interface ShortOption {
  /** The letter. */
  readonly name: string;
  /** Its value, if it stands in the same argument. */
  readonly value?: string;
}

/** What an argument such as `-abc` sets. */
export interface ShortOptions {
  /** The options that are complete. */
  readonly settings: readonly ShortOption[];
  /** The last one, when its value may be the next argument. */
  readonly open?: string;
}

/**
 * Takes an argument with a single hyphen apart: `-abc` is `-a -b -c`, and the letters end where a
 * value begins, as in `-n5`, `-ofile=x`, `-n=5` or `-p/tmp`.
 *
 * @param arg The argument: a hyphen and one or more characters.
 * @returns What it sets, in order.
 */
export function readShortOptions(arg: string): ShortOptions {
  const settings: ShortOption[] = [];
  const last = arg.slice(-1);
  for (let at = 1; at < arg.length - 1; at++) {
    const name = arg.charAt(at);
    const rest = arg.slice(at + 1);
    const value = rest === "-" ? rest : valueAfter(name, rest);
    settings.push(value === undefined ? { name } : { name, value });
    if (value !== undefined && rest !== "-") return { settings };
  }
  return last === "-" ? { settings } : { settings, open: last };
}

function valueAfter(letter: string, rest: string): string | undefined {
  if (/[A-Za-z]/.test(letter)) {
    const assigned = /=(?<value>.+)/.exec(rest)?.groups?.["value"];
    if (assigned !== undefined) return assigned;
    if (/\d(\.\d*)?(e-?\d+)?$/.test(rest)) return rest;
  }
  // One character more must follow: the last one of the argument is an option of its own.
  return rest.length > 1 && /^\W/.test(rest) ? rest : undefined;
}

import { CommandError } from "./command.ts";

const QUOTED_ARGUMENT = /^"((?:[^"\\]|\\.)*)"(?=[ \t]|$)/su;
const QUOTED_REST = /^"((?:[^"\\]|\\.)*)"$/su;
const BARE_WORD = /^[^ \t]+/u;
const NEEDS_NO_QUOTES = /^[^\s"\\]+$/u;

/** A command line in two: what to do, and the text that holds the arguments. */
export interface CommandLine {
  /** The first word; empty for a blank line. */
  readonly name: string;
  /** What follows it, without spaces and tabs at its ends. */
  readonly rest: string;
}

/**
 * Splits the name of a command from its arguments.
 *
 * @param line One line without its end.
 * @returns The name and the rest.
 */
export function splitCommandLine(line: string): CommandLine {
  const text = trimBlanks(line);
  const name = BARE_WORD.exec(text)?.[0] ?? "";
  return { name, rest: trimBlanks(text.slice(name.length)) };
}

/**
 * Splits the arguments of a command.
 *
 * An argument is a word, or text in double quotes, in which `\"` and `\\` stand for a quote and a
 * backslash. The last argument takes the rest of the line as it is; only when all of it stands in
 * one pair of quotes are they taken off.
 *
 * @param rest What follows the command's name.
 * @param maxArgs How many arguments the command takes at most.
 * @returns 0 to `maxArgs` arguments, or one more when a command without arguments was given some.
 * @throws {CommandError} `BAD_QUOTING` if a quote before the last argument is not closed, or closed
 * in the middle of a word.
 */
export function splitArguments(rest: string, maxArgs: number): string[] {
  const args: string[] = [];
  let text = trimBlanks(rest);
  while (text !== "" && args.length < maxArgs - 1) {
    const quoted = QUOTED_ARGUMENT.exec(text);
    if (quoted === null && text.startsWith('"')) {
      throw new CommandError("BAD_QUOTING", `Cannot read arguments: no end of quote in ${text}`);
    }
    const taken = quoted?.[0] ?? BARE_WORD.exec(text)?.[0] ?? "";
    args.push(quoted === null ? taken : unescapeQuoted(quoted[1] ?? ""));
    text = trimBlanks(text.slice(taken.length));
  }
  if (text !== "") args.push(restArgument(text));
  return args;
}

/**
 * Writes an argument so that `splitArguments` gives it back, wherever it stands.
 *
 * @param argument Any text without line ends.
 * @returns The text itself when it is a plain word, else the text in quotes.
 */
export function quoteArgument(argument: string): string {
  if (NEEDS_NO_QUOTES.test(argument)) return argument;
  return `"${argument.replace(/["\\]/g, "\\$&")}"`;
}

function restArgument(text: string): string {
  const quoted = QUOTED_REST.exec(text);
  return quoted === null ? text : unescapeQuoted(quoted[1] ?? "");
}

function unescapeQuoted(text: string): string {
  return text.replace(/\\(["\\])/g, "$1");
}

function trimBlanks(text: string): string {
  // Not a regular expression: `[ \t]+$` takes quadratic time on blanks in the middle of a line.
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  return text.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

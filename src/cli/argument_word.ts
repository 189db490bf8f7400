import { nearestName } from "../settings/nearest_name.ts";
import { shownArgument } from "./shown_argument.ts";
import { UsageError } from "./usage_error.ts";

/** A word that can stand as an argument. */
export interface ArgumentWord<Word extends string = string> {
  /** The word itself. */
  readonly word: Word;
  /** What it asks for, in a few words without a full stop. */
  readonly summary: string;
}

/** How an error speaks of the argument. */
export interface ArgumentWording {
  /** What it is, such as `action`. */
  readonly noun: string;
  /** What to write instead, beginning with `write`. */
  readonly right: string;
}

/**
 * Reads an argument that has to be one of a few words.
 *
 * @param argument What was given, if anything.
 * @param words What can be given.
 * @param wording How an error speaks of it.
 * @returns The word.
 * @throws {UsageError} If nothing was given, or none of the words.
 */
export function readArgumentWord<Word extends string>(
  argument: string | undefined,
  words: readonly ArgumentWord<Word>[],
  { noun, right }: ArgumentWording,
): Word {
  if (argument === undefined) throw new UsageError(`Missing ${noun}: ${right}`);
  const found = words.find(({ word }) => word === argument);
  if (found !== undefined) return found.word;
  const near = nearestName(argument, words.map(({ word }) => word));
  const hint = near === undefined ? right : `did you mean ${near}?`;
  throw new UsageError(`Unknown ${noun} ${shownArgument(argument)}: ${hint}`);
}

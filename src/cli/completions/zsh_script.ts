import type { ArgumentWord } from "../argument_word.ts";
import {
  commandWords,
  type CompletedCommand,
  type CompletedOption,
  type CompletionModel,
  type OptionValue,
} from "./completion_model.ts";
import { shellWord } from "./shell_word.ts";

/**
 * Writes the completion script for zsh. It works as a file named `_hushcast` in a folder of `fpath`,
 * and also when it is sourced after `compinit`.
 *
 * @param model What can be completed.
 * @returns The script.
 * @see zshcompsys(1), "Utility Functions": `_arguments`, `_describe`
 */
export function zshScript({ commands, options }: CompletionModel): string {
  const names = commandWords(commands);
  const withWords = commands.filter(({ firstWords }) => firstWords.length > 0);
  return [
    HEAD,
    "_hushcast() {",
    "  local curcontext=$curcontext",
    "  if (( CURRENT == 2 )); then",
    ...indented("    ", argumentsCall([], options, argumentSpecs("command", 1, names))),
    "    return",
    "  fi",
    "  shift words",
    "  (( CURRENT -= 1 ))",
    '  curcontext="${curcontext%:*:*}:hushcast-$words[1]:"',
    "  case $words[1] in",
    ...commands.flatMap(commandCase),
    "  esac",
    "}",
    ...wordsFunction("command", names),
    ...withWords.flatMap(({ name, firstWords }) => wordsFunction(name, firstWords)),
    TAIL,
  ].join("\n");
}

const HEAD = `\
#compdef hushcast
# TAB completion of hushcast for zsh, as 'hushcast completions zsh' prints it.
`;

const TAIL = `
# In a folder of fpath this file is loaded as the function's body, when that is called first.
if [[ \${funcstack[1]-} == _hushcast ]]; then
  _hushcast "$@"
elif (( \${+functions[compdef]} )); then
  compdef _hushcast hushcast
fi
`;

/** The action of a place where something has to be given that can't be completed. */
const NOTHING = " ";

function commandCase(command: CompletedCommand): string[] {
  const { name, aliases, options, flagsFirst, maxPositionals, firstWords } = command;
  // -S: no options after `--`. -A: none after the first argument either.
  const flags = flagsFirst ? ["-S", "-A", "'-*'"] : ["-S"];
  const call = argumentsCall(flags, options, argumentSpecs(name, maxPositionals, firstWords));
  const names = [name, ...aliases].map(shellWord).join(" | ");
  return [`    ${names})`, ...indented("      ", call), "      ;;"];
}

/** A call of `_arguments`, a specification a line. */
function argumentsCall(
  flags: readonly string[],
  options: readonly CompletedOption[],
  argumentSpecs: readonly string[],
): string[] {
  const specs = [...options.flatMap(optionSpecs), ...argumentSpecs];
  return [["_arguments", ...flags].join(" "), ...specs.map((spec) => `  ${shellWord(spec)}`)]
    .map((line, index) => index < specs.length ? `${line} \\` : line);
}

/** Without them `_arguments` would take a surplus argument for the end of all options. */
function argumentSpecs(
  name: string,
  maxPositionals: number,
  firstWords: readonly ArgumentWord[],
): string[] {
  const first = firstWords.length > 0 ? [`1: :${functionOf(name)}`] : [];
  if (maxPositionals === Infinity) return [...first, `*:argument:${NOTHING}`];
  const numbers = Array.from({ length: maxPositionals }, (_, index) => index + 1);
  return [...first, ...numbers.slice(first.length).map((n) => `${n}:argument:${NOTHING}`)];
}

/** `(OTHER FORMS)OPTION=[HELP]:PLACEHOLDER:ACTION`, once for each form. */
function optionSpecs({ names, help, value }: CompletedOption): string[] {
  const others = names.length > 1 ? `(${names.join(" ")})` : "";
  const explanation = `[${escape(help, /[\\[\]:]/g)}]`;
  return names.map((name) =>
    value.kind === "none"
      ? `${others}${name}${explanation}`
      : `${others}${name}=${explanation}:${escape(value.placeholder, /[\\:]/g)}:${actionOf(value)}`
  );
}

function actionOf(value: Exclude<OptionValue, { kind: "none" }>): string {
  switch (value.kind) {
    case "words":
      return `(${value.words.map((word) => escape(word, /[^\w.-]/gu)).join(" ")})`;
    case "file":
      return "_files";
    case "directory":
      return "_files -/";
    case "text":
      return NOTHING;
    default:
      return value satisfies never;
  }
}

/** A function that offers words with what they ask for. */
function wordsFunction(name: string, words: readonly ArgumentWord[]): string[] {
  const entries = words.map(({ word, summary }) =>
    `    ${shellWord(`${escape(word, /[\\:]/g)}:${escape(summary, /\\/g)}`)}`
  );
  return [
    "",
    `${functionOf(name)}() {`,
    "  local -a words_and_summaries",
    "  words_and_summaries=(",
    ...entries,
    "  )",
    `  _describe ${shellWord(name)} words_and_summaries`,
    "}",
  ];
}

function functionOf(name: string): string {
  return `_hushcast_words_${name.replaceAll(/\W/g, "_")}`;
}

function escape(text: string, special: RegExp): string {
  return text.replaceAll(special, "\\$&");
}

function indented(indent: string, lines: readonly string[]): string[] {
  return lines.map((line) => indent + line);
}

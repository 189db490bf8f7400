import {
  commandWords,
  type CompletedCommand,
  type CompletedOption,
  type CompletionModel,
  type OptionValue,
} from "./completion_model.ts";
import { fishWord } from "./shell_word.ts";

/**
 * Writes the completion script for fish.
 *
 * Fish itself takes options and values apart; it only has to be told where on the command line which
 * of them count.
 *
 * @param model What can be completed.
 * @returns The script.
 * @see fish documentation, "Writing your own completions"
 */
export function fishScript({ commands, options }: CompletionModel): string {
  const names = commandWords(commands);
  return [
    HEAD,
    ...takesValueFunction(commands),
    "",
    "# No files, unless an option asks for one.",
    "complete -c hushcast -f",
    "",
    ...options.map((option) => optionLine("command", option)),
    ...names.map(({ word, summary }) => wordLine("command", word, summary)),
    ...commands.flatMap(commandLines),
    "",
  ].join("\n");
}

const HEAD = `\
# TAB completion of hushcast for fish, as 'hushcast completions fish' prints it.

# Whether the cursor stands where argv[1] can be: the command, or else of the command that has one of
# the names argv[2..] the first argument, an option, or an option that may not follow an argument.
function _hushcast_expects
    set -l words (commandline -opc)
    set -e words[1]
    if not set -q words[1]
        test $argv[1] = command
        return
    end
    set -l command $words[1]
    contains -- $command $argv[2..]; or return
    set -e words[1]
    set -l arguments
    set -l ended no
    set -l wants_value no
    for word in $words
        if test $ended = no; and string match -qr -- '^-.' $word
            set wants_value no
            if test $word = --
                set ended yes
            else if _hushcast_takes_value $command $word
                set wants_value yes
            end
        else if test $wants_value = yes
            set wants_value no
        else
            set -a arguments $word
            if test $argv[1] = leading_option
                set ended yes
            end
        end
    end
    switch $argv[1]
        case argument
            not set -q arguments[1]
        case option leading_option
            test $ended = no
        case '*'
            return 1
    end
end

# Directories that begin with the value that is being typed, also in --option=value.
function _hushcast_directories
    __fish_complete_directories (commandline -ct | string replace -r -- '^--[^=]*=' '')
end

# Whether the option argv[2] of the command argv[1] takes a value.`;

function takesValueFunction(commands: readonly CompletedCommand[]): string[] {
  const cases = commands.flatMap(({ name, options }) => {
    const takers = options.filter(({ value }) => value.kind !== "none");
    if (takers.length === 0) return [];
    const names = takers.flatMap(({ names }) => names).map(fishWord).join(" ");
    return [`        case ${fishWord(name)}`, `            contains -- $argv[2] ${names}`];
  });
  return [
    "function _hushcast_takes_value",
    "    switch $argv[1]",
    ...cases,
    "        case '*'",
    "            return 1",
    "    end",
    "end",
  ];
}

function commandLines(command: CompletedCommand): string[] {
  const { name, aliases, options, firstWords, flagsFirst } = command;
  const names = [name, ...aliases].map(fishWord).join(" ");
  const place = flagsFirst ? "leading_option" : "option";
  return [
    "",
    ...options.map((option) => optionLine(`${place} ${names}`, option)),
    ...firstWords.map(({ word, summary }) => wordLine(`argument ${names}`, word, summary)),
  ];
}

function optionLine(place: string, { names, help, value }: CompletedOption): string {
  const forms = names.map((name) =>
    name.startsWith("--") ? `-l ${fishWord(name.slice(2))}` : `-s ${fishWord(name.slice(1))}`
  );
  return line(place, [...forms, ...valueParts(value)], help);
}

function valueParts(value: OptionValue): string[] {
  switch (value.kind) {
    case "none":
      return [];
    case "text":
      return ["-x"];
    case "words":
      return ["-x", `-a ${candidates(value.words)}`];
    case "file":
      return ["-r", "-F"];
    case "directory":
      return ["-x", "-a '(_hushcast_directories)'"];
    default:
      return value satisfies never;
  }
}

function wordLine(place: string, word: string, summary: string): string {
  return line(place, [`-a ${candidates([word])}`], summary);
}

/** Fish reads the value of `-a` once more, when it completes. */
function candidates(words: readonly string[]): string {
  return fishWord(words.map(fishWord).join(" "));
}

function line(place: string, parts: readonly string[], description: string): string {
  const condition = fishWord(`_hushcast_expects ${place}`);
  return ["complete -c hushcast", `-n ${condition}`, ...parts, `-d ${fishWord(description)}`]
    .join(" ");
}

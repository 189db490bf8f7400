/** A key that is no character. */
export type KeyName =
  | "up"
  | "down"
  | "page-up"
  | "page-down"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "backspace"
  | "ctrl-c"
  | "ctrl-u";

/** A key that was pressed: one that has a name, or one character. */
export type Key = { readonly name: KeyName } | { readonly text: string };

/** The longest escape sequence that is waited for, UTF-16 code units; real ones have 8 or so. */
const MAX_SEQUENCE_LENGTH = 32;

const ESCAPE = "\x1b";

const CONTROLS: ReadonlyMap<string, KeyName> = new Map([
  ["\r", "enter"],
  ["\n", "enter"],
  ["\x7f", "backspace"],
  ["\b", "backspace"],
  ["\x03", "ctrl-c"],
  ["\x15", "ctrl-u"],
]);

/** By the final letter of CSI and SS3 sequences, as xterm, the Linux console and others send them. */
const LETTERS: ReadonlyMap<string, KeyName> = new Map([
  ["A", "up"],
  ["B", "down"],
  ["H", "home"],
  ["F", "end"],
]);

/** By the first number of CSI sequences that end in a tilde. */
const NUMBERS: ReadonlyMap<string, KeyName> = new Map([
  ["1", "home"],
  ["4", "end"],
  ["5", "page-up"],
  ["6", "page-down"],
  ["7", "home"],
  ["8", "end"],
]);

/**
 * Behind the escape character: CSI with parameters and a final byte (ECMA-48, 5.4), a function key
 * of the Linux console, or SS3 and a letter.
 */
const SEQUENCE = /^(?:\[\[[@-~]|\[([0-9;:<=>?]*)[ -/]*([@-Z\\-~])|O([@-~]))/;

/** What can still become such a sequence. */
const UNFINISHED = /^(?:\[\[|\[[0-9;:<=>?]*[ -/]*|O)?$/;

/** Turns what a terminal in raw mode sends into keys, however it is split. */
export class KeyReader {
  readonly #decoder = new TextDecoder();
  #pending = "";

  /** Whether an escape sequence has begun, which may as well be the escape key alone. */
  get isPending(): boolean {
    return this.#pending !== "";
  }

  /**
   * Takes what came.
   *
   * @param bytes UTF-8 and escape sequences.
   * @returns The keys that are complete; keys without a meaning here are left out.
   */
  read(bytes: Uint8Array): Key[] {
    let rest = this.#pending + this.#decoder.decode(bytes, { stream: true });
    this.#pending = "";
    const keys: Key[] = [];
    while (rest !== "") {
      if (isUnfinished(rest)) {
        this.#pending = rest;
        break;
      }
      const { length, key } = firstKey(rest);
      if (key !== undefined) keys.push(key);
      rest = rest.slice(length);
    }
    return keys;
  }

  /**
   * Ends the wait for the rest of a sequence.
   *
   * @returns The escape key, if it was that.
   */
  flush(): Key[] {
    const isEscape = this.#pending === ESCAPE;
    this.#pending = "";
    return isEscape ? [{ name: "escape" }] : [];
  }
}

function isUnfinished(text: string): boolean {
  if (!text.startsWith(ESCAPE) || text.length > MAX_SEQUENCE_LENGTH) return false;
  return UNFINISHED.test(text.slice(ESCAPE.length));
}

function firstKey(text: string): { length: number; key: Key | undefined } {
  if (text.startsWith(ESCAPE)) return firstSequence(text);
  const [character = ""] = text;
  const name = CONTROLS.get(character);
  if (name !== undefined) return { length: 1, key: { name } };
  const isText = !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffd]/u.test(character);
  return { length: character.length, key: isText ? { text: character } : undefined };
}

function firstSequence(text: string): { length: number; key: Key | undefined } {
  const [sequence, parameters = "", final = "", letter = ""] =
    SEQUENCE.exec(text.slice(ESCAPE.length)) ?? [];
  // One that is longer would not have been waited for either.
  if (sequence === undefined || sequence.length >= MAX_SEQUENCE_LENGTH) {
    return { length: ESCAPE.length, key: { name: "escape" } };
  }
  const [number = ""] = parameters.split(";");
  const name = final === "~" ? NUMBERS.get(number) : LETTERS.get(final || letter);
  return { length: ESCAPE.length + sequence.length, key: name && { name } };
}

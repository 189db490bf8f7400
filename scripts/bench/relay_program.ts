import { hushcastCommand } from "../hushcast_process.ts";
import type { Delivery } from "./load_job.ts";
import { splitCommand } from "./split_command.ts";

/** What stands for the relay of this checkout in place of a command. */
export const THIS_CHECKOUT = "this";

const THIS_COMMAND = [
  ...["relay", "--bind", "127.0.0.1", "--interface", "127.0.0.1", "--port", "0"],
  ...["--control-port", "0", "--log-level", "warn"],
  ...["--state", "{state}", "--group-delivery", "{delivery}"],
];

const DELIVERY_WORDS: Readonly<Record<Delivery, string>> = {
  "per-recipient": "off",
  "group-unicast": "unicast",
  "group-multicast": "multicast",
};

/** A relay that is measured. */
export interface RelayProgram {
  /** `A`, `B`, ... in the order of the command line. */
  readonly letter: string;
  /** What was given for it. */
  readonly command: string;
  /** The command in words, with placeholders. */
  readonly words: readonly string[];
}

/**
 * Reads a `--relay`.
 *
 * @param command A command line, or `this`.
 * @param index Its place among all, from 0.
 * @throws {SyntaxError} If it can't be split, or is empty.
 */
export function relayProgram(command: string, index: number): RelayProgram {
  const words = command === THIS_CHECKOUT
    ? [...hushcastCommand(), ...THIS_COMMAND]
    : splitCommand(command);
  if (words.length === 0) throw new SyntaxError("Cannot run relay: the command is empty");
  return { letter: String.fromCharCode("A".charCodeAt(0) + index), command, words };
}

/** Whether a relay can be started so that it delivers in this way. */
export function canDeliver({ words }: RelayProgram, delivery: Delivery): boolean {
  return delivery === "per-recipient" || words.some((word) => word.includes("{delivery}"));
}

/**
 * The command line that starts a relay.
 *
 * @param program The relay.
 * @param delivery What `{delivery}` in it becomes: off, unicast or multicast.
 * @param state What `{state}` in it becomes: a directory.
 */
export function startCommand(
  { words }: RelayProgram,
  delivery: Delivery,
  state: string,
): string[] {
  const withDelivery = words.map((word) => word.replaceAll("{delivery}", DELIVERY_WORDS[delivery]));
  return withDelivery.map((word) => word.replaceAll("{state}", () => state));
}

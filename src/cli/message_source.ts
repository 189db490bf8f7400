import { systemReason } from "../observe/system_reason.ts";
import { readByteLines } from "./byte_lines.ts";
import type { TextInput } from "./cli_io.ts";
import { EXIT_CODE } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";
import { stoppableInput } from "./stoppable_input.ts";
import { UsageError } from "./usage_error.ts";

/** What is to be sent. */
export interface MessageSource {
  /** What the progress bar calls it. */
  readonly label: string;
  /** The messages, each in an array of its own. */
  readonly messages: AsyncIterable<Uint8Array>;
  /** Ends `messages`, even while they wait for a key to be pressed. */
  stop(): Promise<void>;
}

/** Where messages are taken from, and how long they may be. */
export interface MessageSourceOptions {
  /** The words of a message on the command line; none for a file or standard input. */
  readonly words: readonly string[];
  /** A file that is one message. */
  readonly file: string | undefined;
  /** Standard input, of which each line is a message when there are neither words nor a file. */
  readonly stdin: TextInput;
  /** Most bytes in a message. */
  readonly maxBytes: number;
  /** The flag that sets `maxBytes`, with its dashes. */
  readonly maxBytesFlag: string;
}

/**
 * Opens what a command is to send. A file is read at once, lines of standard input as they come.
 *
 * @param options Where the messages are.
 * @returns The messages; words and file are one, standard input is as many as it has lines.
 * @throws {UsageError} If there are words and a file.
 * @throws {ExitCodeError} With `failed` if the file can't be read, or is too long.
 */
export async function openMessageSource(options: MessageSourceOptions): Promise<MessageSource> {
  const { words, file, stdin, maxBytes } = options;
  if (words.length > 0 && file !== undefined) {
    throw new UsageError("TEXT and --file exclude each other");
  }
  if (words.length > 0) return single("message", new TextEncoder().encode(words.join(" ")));
  if (file !== undefined) return single(file, await readMessageFile(file, options));
  const { readable, stop } = stoppableInput(stdin.readable);
  return { label: "line", messages: readByteLines(readable, maxBytes), stop };
}

function single(label: string, message: Uint8Array): MessageSource {
  const readable = ReadableStream.from([message]);
  return { label, messages: readable, stop: () => Promise.resolve() };
}

async function readMessageFile(
  path: string,
  { maxBytes, maxBytesFlag }: MessageSourceOptions,
): Promise<Uint8Array> {
  try {
    const { size } = await Deno.stat(path);
    if (size > maxBytes) {
      throw new ExitCodeError(
        EXIT_CODE.failed,
        `Cannot send ${path}: a message has at most ${maxBytes} bytes (${maxBytesFlag}), ` +
          `it has ${size}`,
      );
    }
    return await Deno.readFile(path);
  } catch (cause) {
    if (cause instanceof ExitCodeError) throw cause;
    const message = `Cannot read ${path}: ${systemReason(cause)}`;
    throw new ExitCodeError(EXIT_CODE.failed, message, { cause });
  }
}

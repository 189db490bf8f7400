import { COMMANDS } from "../../src/cli/commands.ts";
import { runCli } from "../../src/cli/run_cli.ts";
import { type FakeCliIo, fakeCliIo } from "./fake_cli_io.ts";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary_directory.ts";

/** A command that runs in this process. */
export interface RunningCommand extends AsyncDisposable {
  readonly io: FakeCliIo;
  /** Its exit code, once it has ended. */
  readonly exitCode: Promise<number>;
  /** Types text into its standard input. */
  type(text: string | Uint8Array): void;
  /** Ends its standard input. */
  endInput(): void;
}

/**
 * Runs a client command with a state directory of its own and standard input that a test types into.
 *
 * @param args The command line, without `--state`.
 * @param state State directory; an empty one by default.
 * @returns The running command; disposing of it interrupts it and waits for its end.
 */
export async function startClientCommand(
  args: readonly string[],
  state?: TemporaryDirectory,
): Promise<RunningCommand> {
  const own = state === undefined ? await temporaryDirectory() : undefined;
  const command = startCommand([...args, "--state", (state ?? own)?.path ?? ""]);
  return {
    ...command,
    async [Symbol.asyncDispose]() {
      await command[Symbol.asyncDispose]();
      await own?.[Symbol.asyncDispose]();
    },
  };
}

/**
 * Runs a command with standard input that a test types into.
 *
 * @param args The command line.
 * @returns The running command; disposing of it interrupts it and waits for its end.
 */
export function startCommand(args: readonly string[]): RunningCommand {
  const input = new TransformStream<Uint8Array, Uint8Array>(
    {},
    { highWaterMark: 64 },
    { highWaterMark: 64 },
  );
  const writer = input.writable.getWriter();
  const fake = fakeCliIo();
  const io = { ...fake, stdin: { isTerminal: false, readable: input.readable } };
  const exitCode = runCli(args, io, COMMANDS);
  const ignoreEnd = () => undefined; // a command that has ended reads no more
  return {
    io,
    exitCode,
    type(text) {
      const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
      writer.write(bytes).catch(ignoreEnd);
    },
    endInput: () => void writer.close().catch(ignoreEnd),
    async [Symbol.asyncDispose]() {
      fake.interrupt();
      await exitCode;
      await writer.abort().catch(ignoreEnd);
    },
  };
}

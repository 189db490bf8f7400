import {
  type CliIo,
  InterruptedError,
  OutputClosedError,
  type TextOutput,
} from "../../src/cli/cli_io.ts";
import {
  type FakeEnvironmentContents,
  fakeSettingsEnvironment,
} from "./fake_settings_environment.ts";

/** An output that keeps what is written; once closed it behaves as a pipe without a reader. */
export class FakeOutput implements TextOutput {
  readonly isTerminal = false;
  /** Everything written so far. */
  text = "";
  /** Whether the reader is gone. */
  closed = false;

  write(text: string): Promise<void> {
    if (this.closed) return Promise.reject(new OutputClosedError("Cannot write: closed"));
    this.text += text;
    return Promise.resolve();
  }
}

/** A process that a test can look into. */
export interface FakeCliIo extends CliIo {
  readonly stdout: FakeOutput;
  readonly stderr: FakeOutput;
  /** What SIGINT does. */
  interrupt(): void;
}

/** What a fake process is made of; everything may be left out. */
export interface FakeCliIoContents extends FakeEnvironmentContents {
  readonly columns?: number;
  readonly input?: string;
}

/**
 * A process without a system.
 *
 * @param contents Its input, environment and files.
 */
export function fakeCliIo(contents: FakeCliIoContents = {}): FakeCliIo {
  const controller = new AbortController();
  return {
    version: "hushcast 0.0.0 (fake)",
    stdin: { isTerminal: false, readable: ReadableStream.from(encode(contents.input ?? "")) },
    stdout: new FakeOutput(),
    stderr: new FakeOutput(),
    columns: contents.columns ?? 80,
    noColor: true,
    signal: controller.signal,
    environment: fakeSettingsEnvironment(contents),
    interrupt: () => controller.abort(new InterruptedError("Interrupted by SIGINT")),
  };
}

function encode(text: string): Uint8Array[] {
  return text === "" ? [] : [new TextEncoder().encode(text)];
}

import type { LevelName } from "@std/log";
import { Authorisation } from "./authorisation.ts";
import { CommandError, type CommandReply } from "./command.ts";
import type { RequestLabel } from "./command_request.ts";
import type { CommandTable } from "./command_table.ts";
import type { ConnectionControl } from "./connection_commands.ts";
import type { CommandOutcome, ConnectionEffect } from "./connection_effect.ts";
import type { ConnectionOptions } from "./connection_options.ts";
import { ConnectionOutput } from "./connection_output.ts";
import {
  abortDeadlineMs,
  type ConnectionStage,
  ERROR_FLUSH_MS,
  LINGER_MS,
  SHUTDOWN_FLUSH_MS,
} from "./connection_stage.ts";
import type { ControlEvent } from "./control_event.ts";
import { interpretLine, type LineMeaning } from "./interpret_line.ts";
import { type LineEvent, LineParser } from "./line_parser.ts";
import type { LogEntry } from "./log_source.ts";
import { GREETING } from "./output_format.ts";
import {
  AUTH_FAILED,
  AUTH_TIMEOUT,
  LINE_TOO_LONG,
  NO_HTTP,
  NOT_UTF8,
  type ToldError,
  toldError,
} from "./told_error.ts";

/** As RFC 9112, section 3 has it; no command looks like that. */
const HTTP_REQUEST_LINE = /^[A-Z]+ \S+ HTTP\/\d/;

type CommandMeaning = Extract<LineMeaning, { kind: "command" }>;

/**
 * One connection of the control port, without its socket (PROTOCOL 1.9).
 *
 * It does one command at a time, in order. Meanwhile further lines wait in the parser, and
 * `wantsInput` is false, so that TCP slows the client down; log lines go on. Methods that return
 * effects may also have made output, and moved `nextDeadline`.
 */
export class ConnectionCore {
  readonly #commands: CommandTable;
  readonly #authorisation: Authorisation;
  readonly #parser = new LineParser();
  readonly #output: ConnectionOutput;
  #effects: ConnectionEffect[] = [];
  #stage: ConnectionStage = { stage: "open" };
  #running: RequestLabel | undefined;
  #followsLogs = true;
  #logLevel: LevelName;
  #inputEnded = false;

  /**
   * Makes a connection that has not said anything yet; `open` begins.
   *
   * @param options What it needs to know.
   * @param nowMs Monotonic time.
   */
  constructor(options: ConnectionOptions, nowMs: number) {
    this.#commands = options.commands;
    this.#authorisation = new Authorisation(options.gate, options.address, nowMs);
    this.#output = new ConnectionOutput(options.streamLimits, nowMs);
    this.#logLevel = options.logLevel;
  }

  /** Where it is in its life. */
  get stage(): ConnectionStage["stage"] {
    return this.#stage.stage;
  }

  /** Whether the client may give every command. */
  get isAuthorised(): boolean {
    return this.#authorisation.isGranted;
  }

  /** Whether the socket is to be read. */
  get wantsInput(): boolean {
    if (this.#inputEnded || this.stage === "closed") return false;
    return this.stage !== "open" || this.#parser.isDrained;
  }

  /** Begins: queues the greeting. */
  open(nowMs: number): ConnectionEffect[] {
    this.#output.line(GREETING, nowMs);
    if (this.isAuthorised) this.#followLogs();
    return this.#takeEffects();
  }

  /** Takes bytes from the socket; they are copied. */
  receive(chunk: Uint8Array, nowMs: number): ConnectionEffect[] {
    if (this.stage === "open") this.#parser.push(chunk);
    return this.#advance(nowMs);
  }

  /**
   * The client ended its sending direction: what came is done, then the connection ends. An
   * unfinished last line is dropped: it may be the half of another command.
   */
  endInput(nowMs: number): ConnectionEffect[] {
    this.#inputEnded = true;
    return this.#advance(nowMs);
  }

  /** Takes the outcome of the command that a `run` effect asked for. */
  finish(outcome: CommandOutcome, nowMs: number): ConnectionEffect[] {
    const request = this.#running;
    if (request === undefined) return [];
    this.#running = undefined;
    if (outcome.isDone) this.#reply(request, outcome.reply, nowMs);
    else this.#output.error(request, toldError(outcome.error), nowMs);
    return this.#advance(nowMs);
  }

  /** Gives the next bytes to write, valid until `written`; `undefined` when there are none. */
  output(): Uint8Array | undefined {
    return this.stage === "closed" ? undefined : this.#output.peek();
  }

  /** The socket took the first `bytes` bytes of `output()`. */
  written(bytes: number, nowMs: number): ConnectionEffect[] {
    this.#output.written(bytes, nowMs);
    return this.#advance(nowMs);
  }

  /** Takes a log entry of the level that `follow_logs` asked for. */
  log(entry: LogEntry): void {
    if (this.stage === "open" && this.isAuthorised && this.#followsLogs) this.#output.log(entry);
  }

  /** Tells the client of an event, if its mode has events. */
  publish(event: ControlEvent): void {
    if (this.stage === "open" && this.isAuthorised) this.#output.event(event);
  }

  /** Ends the connection soon: what waits is written as far as the reader takes it. */
  shutdown(reason: string, nowMs: number): ConnectionEffect[] {
    if (this.stage === "lingering" || this.stage === "closed") return this.abort();
    this.publish({ event: "shutdown", reason });
    this.#flush(nowMs, nowMs + SHUTDOWN_FLUSH_MS, { lingers: false });
    return this.#advance(nowMs);
  }

  /** Ends the connection at once: the socket failed, or its place is needed. */
  abort(): ConnectionEffect[] {
    this.#close();
    return this.#takeEffects();
  }

  /** When `tick` wants to be called: monotonic milliseconds, or `undefined` for never. */
  nextDeadline(): number | undefined {
    const abortMs = abortDeadlineMs(this.#stage, this.#output);
    const authorisationMs = this.stage === "open" ? this.#authorisation.nextDeadline() : undefined;
    if (abortMs === undefined || authorisationMs === undefined) return abortMs ?? authorisationMs;
    return Math.min(abortMs, authorisationMs);
  }

  /** Does what is due at `nowMs`. */
  tick(nowMs: number): ConnectionEffect[] {
    const abortMs = abortDeadlineMs(this.#stage, this.#output);
    if (abortMs !== undefined && nowMs >= abortMs) return this.abort();
    this.#settleAuthorisation(nowMs);
    if (this.stage === "open" && this.#authorisation.isTimedOut(nowMs)) {
      this.#fail(AUTH_TIMEOUT, nowMs);
    }
    return this.#advance(nowMs);
  }

  #advance(nowMs: number): ConnectionEffect[] {
    this.#settleAuthorisation(nowMs);
    while (this.#isReady && !this.#output.isFull) {
      const event = this.#parser.next();
      if (event === undefined) break;
      this.#takeLineEvent(event, nowMs);
    }
    if (this.#isReady && this.#inputEnded && this.#parser.isDrained) {
      this.#flush(nowMs, undefined, { lingers: true });
    }
    if (this.#stage.stage === "flushing" && this.#output.isEmpty) this.#endOutput(nowMs);
    if (this.stage === "lingering" && this.#inputEnded) this.#close();
    return this.#takeEffects();
  }

  get #isReady(): boolean {
    return this.stage === "open" && this.#running === undefined && !this.#authorisation.isChecking;
  }

  #takeEffects(): ConnectionEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #takeLineEvent(event: LineEvent, nowMs: number): void {
    switch (event.kind) {
      case "line":
        return this.#takeLine(event.text, nowMs);
      case "not_utf8":
        return this.#output.error(undefined, NOT_UTF8, nowMs);
      case "too_long":
        return this.#fail(LINE_TOO_LONG, nowMs);
      default:
        return event satisfies never;
    }
  }

  #takeLine(line: string, nowMs: number): void {
    if (HTTP_REQUEST_LINE.test(line)) return this.#fail(NO_HTTP, nowMs);
    const meaning = interpretLine(line, {
      commands: this.#commands,
      mode: this.#output.mode,
      isAuthorised: this.isAuthorised,
    });
    if (meaning.kind === "refused") this.#output.error(meaning.request, meaning.error, nowMs);
    if (meaning.kind === "command") this.#start(meaning, nowMs);
  }

  #start({ request, known, args }: CommandMeaning, nowMs: number): void {
    if (known.scope === "server") {
      this.#running = request;
      this.#effects.push({ kind: "run", command: known.command, args });
      return;
    }
    try {
      const reply = known.scope === "table"
        ? known.command.run(args)
        : known.command.run(args, this.#controlFor(request, nowMs));
      if (reply !== undefined) this.#reply(request, reply, nowMs);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#output.error(request, error, nowMs);
    }
  }

  #controlFor(request: RequestLabel, nowMs: number): ConnectionControl {
    return {
      setLogs: (on) => {
        this.#followsLogs = on;
        this.#followLogs();
      },
      setLogLevel: (level) => {
        this.#logLevel = level;
        this.#followLogs();
      },
      setMode: (mode) => this.#output.mode = mode,
      authorise: (token) => {
        if (this.isAuthorised) return { lines: ["authorised"] };
        this.#authorisation.check(token, request, nowMs);
        this.#settleAuthorisation(nowMs);
        return undefined;
      },
      end: () => this.#flush(nowMs, undefined, { lingers: true }),
    };
  }

  #settleAuthorisation(nowMs: number): void {
    const answer = this.#authorisation.settle(nowMs);
    if (answer === undefined || this.stage !== "open") return;
    if (answer.isGranted) {
      this.#reply(answer.request, { lines: ["authorised"] }, nowMs);
      this.#followLogs();
      return;
    }
    this.#output.error(answer.request, AUTH_FAILED, nowMs);
    if (answer.isFinal) this.#flush(nowMs, nowMs + ERROR_FLUSH_MS, { lingers: true });
  }

  #followLogs(): void {
    const level = this.#followsLogs ? this.#logLevel : undefined;
    this.#effects.push({ kind: "follow_logs", level });
  }

  #reply(request: RequestLabel, reply: CommandReply, nowMs: number): void {
    this.#output.reply(request, reply, nowMs);
    if (reply.afterReply) this.#effects.push({ kind: "call", callback: reply.afterReply });
  }

  #fail(error: ToldError, nowMs: number): void {
    this.#output.error(undefined, error, nowMs);
    this.#flush(nowMs, nowMs + ERROR_FLUSH_MS, { lingers: true });
  }

  #flush(nowMs: number, deadlineMs: number | undefined, { lingers }: { lingers: boolean }): void {
    this.#stage = { stage: "flushing", sinceMs: nowMs, deadlineMs, lingers };
    this.#effects.push({ kind: "follow_logs", level: undefined });
  }

  #endOutput(nowMs: number): void {
    if (this.#stage.stage !== "flushing") return;
    if (!this.#stage.lingers || this.#inputEnded) return this.#close();
    this.#stage = { stage: "lingering", deadlineMs: nowMs + LINGER_MS };
    this.#effects.push({ kind: "end_output" });
  }

  #close(): void {
    if (this.stage !== "closed") this.#effects.push({ kind: "close" });
    this.#stage = { stage: "closed" };
  }
}

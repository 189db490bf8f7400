import { CommandTable } from "../../src/control/command_table.ts";
import type { ControlCommand } from "../../src/control/command.ts";
import { ConnectionCore } from "../../src/control/connection_core.ts";
import type { CommandOutcome, ConnectionEffect } from "../../src/control/connection_effect.ts";
import { DEFAULT_STREAM_LIMITS, type StreamLimits } from "../../src/control/output_queue.ts";
import { relayCommands } from "../../src/control/relay_commands.ts";
import { TokenGate } from "../../src/control/token_gate.ts";
import { FakeAdmin } from "./fake_admin.ts";

/** What a driven connection is made of. */
export interface DriverOptions {
  readonly token?: string;
  readonly gate?: TokenGate;
  readonly commands?: readonly ControlCommand[];
  readonly streamLimits?: StreamLimits;
}

/** Drives a connection core as its shell would, in virtual time and without a socket. */
export class CoreDriver {
  readonly admin = new FakeAdmin();
  readonly core: ConnectionCore;
  readonly effects: ConnectionEffect[] = [];
  nowMs = 1_000;
  readonly #decoder = new TextDecoder();
  #written = "";

  constructor({ token, gate, commands, streamLimits = DEFAULT_STREAM_LIMITS }: DriverOptions = {}) {
    this.core = new ConnectionCore({
      commands: new CommandTable(commands ?? relayCommands(this.admin)),
      gate: gate ?? (token === undefined ? undefined : new TokenGate(token)),
      address: "192.0.2.1",
      logLevel: "INFO",
      streamLimits,
    }, this.nowMs);
    this.take(this.core.open(this.nowMs));
  }

  /** Kinds of the effects so far. */
  get kinds(): string[] {
    return this.effects.map(({ kind }) => kind);
  }

  /** Hands text to the core. */
  send(text: string): this {
    return this.sendBytes(new TextEncoder().encode(text));
  }

  /** Hands bytes to the core. */
  sendBytes(bytes: Uint8Array): this {
    this.take(this.core.receive(bytes, this.nowMs));
    return this;
  }

  /** The client ends its sending direction. */
  end(): this {
    this.take(this.core.endInput(this.nowMs));
    return this;
  }

  /** Moves time on, ticking at each deadline. */
  advance(byMs: number): this {
    const untilMs = this.nowMs + byMs;
    for (;;) {
      const deadlineMs = this.core.nextDeadline();
      if (deadlineMs === undefined || deadlineMs > untilMs) break;
      this.nowMs = Math.max(this.nowMs, deadlineMs);
      this.take(this.core.tick(this.nowMs));
    }
    this.nowMs = untilMs;
    return this;
  }

  /** Keeps effects, and does commands whose reply does not need to be awaited. */
  take(effects: readonly ConnectionEffect[]): void {
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.kind !== "run") continue;
      const outcome = runAtOnce(effect);
      if (outcome !== undefined) this.take(this.core.finish(outcome, this.nowMs));
    }
  }

  /** Takes what waits to be written, all of it or up to so many bytes. */
  read(maxBytes = Infinity): string {
    let text = "";
    for (let left = maxBytes; left > 0;) {
      const chunk = this.core.output();
      if (chunk === undefined) break;
      const taken = chunk.slice(0, left);
      text += this.#decoder.decode(taken, { stream: true });
      left -= taken.byteLength;
      this.take(this.core.written(taken.byteLength, this.nowMs));
    }
    this.#written += text;
    return text;
  }

  /** The lines that wait to be written. */
  readLines(): string[] {
    const lines = this.read().split("\n");
    if (lines.pop() !== "") throw new Error("Output does not end with a line end");
    return lines;
  }

  /** All that was read so far. */
  get written(): string {
    return this.#written;
  }
}

function runAtOnce(
  { command, args }: Extract<ConnectionEffect, { kind: "run" }>,
): CommandOutcome | undefined {
  try {
    const reply = command.run(args);
    return reply instanceof Promise ? undefined : { isDone: true, reply };
  } catch (error) {
    return { isDone: false, error };
  }
}

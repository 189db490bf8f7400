import type { LevelName } from "@std/log";
import type { CommandTable } from "./command_table.ts";
import type { StreamLimits } from "./output_queue.ts";
import type { TokenGate } from "./token_gate.ts";

/** What a connection needs to know from its server. */
export interface ConnectionOptions {
  /** All commands of the server. */
  readonly commands: CommandTable;
  /** Checks tokens; `undefined` when the server asks for none. */
  readonly gate: TokenGate | undefined;
  /** The client's IP address, without the port. */
  readonly address: string;
  /** Level of the log stream until the client sets another. */
  readonly logLevel: LevelName;
  /** Bounds of the log lines and events that wait for a slow reader. */
  readonly streamLimits: StreamLimits;
}

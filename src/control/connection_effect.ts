import type { LevelName } from "@std/log";
import type { CommandReply, ControlCommand } from "./command.ts";

/** What the shell has to do for a connection. */
export type ConnectionEffect =
  /** Do the command, then report by `finish`. */
  | { readonly kind: "run"; readonly command: ControlCommand; readonly args: readonly string[] }
  /** Call this: the reply that it belongs to is queued. */
  | { readonly kind: "call"; readonly callback: () => void }
  /** Hand over log entries of this level and above by `log`; without a level, none. */
  | { readonly kind: "follow_logs"; readonly level: LevelName | undefined }
  /** Everything is written: end the sending direction, and go on reading. */
  | { readonly kind: "end_output" }
  /** Close the socket, whatever was written. */
  | { readonly kind: "close" };

/** How a command that a `run` effect asked for ended. */
export type CommandOutcome =
  | { readonly isDone: true; readonly reply: CommandReply }
  | { readonly isDone: false; readonly error: unknown };

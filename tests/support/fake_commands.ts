import type { CommandContext, CommandLoaders, CommandModule } from "../../src/cli/command.ts";
import { EXIT_CODE, type ExitCode } from "../../src/cli/exit_code.ts";
import type { CommandName } from "../../src/settings/command_settings.ts";

/** What a fake command was run with. */
export type Run = { readonly [C in CommandName]: readonly [C, CommandContext<C>] }[CommandName];

/** What the fake commands do when they are run. */
export type Behaviour = (run: Run) => ExitCode | Promise<ExitCode>;

/** Commands that note how they are run. */
export interface FakeCommands {
  readonly commands: CommandLoaders;
  /** Every run, in order. */
  readonly runs: Run[];
  /** Every module that was loaded, in order. */
  readonly loaded: CommandName[];
}

/**
 * Commands without a relay behind them.
 *
 * @param behave What they all do; it defaults to succeeding.
 */
export function fakeCommands(behave: Behaviour = () => EXIT_CODE.done): FakeCommands {
  const runs: Run[] = [];
  const loaded: CommandName[] = [];
  const note = async (run: Run): Promise<ExitCode> => {
    runs.push(run);
    return await behave(run);
  };
  const load = <C extends CommandName>(name: C, module: CommandModule<C>) => () => {
    loaded.push(name);
    return Promise.resolve(module);
  };
  const commands: CommandLoaders = {
    relay: load("relay", { run: (context) => note(["relay", context]) }),
    control: load("control", { run: (context) => note(["control", context]) }),
    top: load("top", { run: (context) => note(["top", context]) }),
    chat: load("chat", { run: (context) => note(["chat", context]) }),
    send: load("send", { run: (context) => note(["send", context]) }),
    listen: load("listen", { run: (context) => note(["listen", context]) }),
    token: load("token", { run: (context) => note(["token", context]) }),
    identity: load("identity", { run: (context) => note(["identity", context]) }),
    direct: load("direct", { run: (context) => note(["direct", context]) }),
    "direct-send": load("direct-send", { run: (context) => note(["direct-send", context]) }),
    completions: load("completions", { run: (context) => note(["completions", context]) }),
  };
  return { commands, runs, loaded };
}

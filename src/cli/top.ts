import type { ControlLinkOptions } from "../control/control_link.ts";
import { stringifyPrintable } from "../observe/printable_text.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import type { TopSettings } from "../settings/command_settings.ts";
import { naturalOrder } from "../watch/client_order.ts";
import type { CliIo } from "./cli_io.ts";
import type { CommandContext } from "./command.ts";
import { controlLinkOptions, withControlExitCode } from "./control_target.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import { SYSTEM_TOP_CLOCK, type TopClock, wait } from "./top/top_clock.ts";
import { reversedOrder } from "./top/top_controls.ts";
import { runTopLive } from "./top/top_live.ts";
import { TopModel, type TopModelOptions } from "./top/top_model.ts";
import { snapshotJson, snapshotLines } from "./top/top_snapshot.ts";
import { TopSource } from "./top/top_source.ts";

/**
 * Runs `hushcast top`: on the whole screen, or as one snapshot; see `CommandModule`.
 *
 * @param context Server, view and process.
 * @param clock Time; that of the platform by default.
 * @throws {ExitCodeError} `unreachable` if the server is not there at first, or goes away during a
 *   snapshot; `failed` if the token file cannot be used.
 */
export async function run(
  { settings, io }: CommandContext<"top">,
  clock: TopClock = SYSTEM_TOP_CLOCK,
): Promise<ExitCode> {
  const link = await controlLinkOptions(settings, io);
  const model = modelOptions(settings);
  const { terminal } = io;
  try {
    if (terminal === undefined || settings.isOnce || settings.json) {
      await printSnapshot(link, { model, json: settings.json, io, clock });
    } else {
      await runTopLive({ link, model, io, terminal, clock });
    }
  } catch (error) {
    throw withControlExitCode(error, settings);
  }
  return EXIT_CODE.done;
}

function modelOptions(settings: TopSettings): TopModelOptions {
  const { host, port, intervalMs, sort, isReversed, filter = "" } = settings;
  const order = naturalOrder(sort);
  return {
    server: formatEndpoint({ hostname: host, port }),
    intervalMs,
    order: isReversed ? reversedOrder(order) : order,
    filter,
  };
}

async function printSnapshot(
  link: ControlLinkOptions,
  { model: options, json, io, clock }: {
    readonly model: TopModelOptions;
    readonly json: boolean;
    readonly io: CliIo;
    readonly clock: TopClock;
  },
): Promise<void> {
  await using source = await TopSource.connect({ ...link, signal: io.signal }, clock);
  const model = new TopModel(options, await source.sample());
  await wait(clock, options.intervalMs, io.signal);
  model.sampled(await source.sample());
  const view = model.view(clock.nowMs(), Infinity);
  const lines = json ? [stringifyPrintable(snapshotJson(view))] : snapshotLines(view);
  await io.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

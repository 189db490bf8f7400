import { HushcastProcess, type RunningRelay } from "../../scripts/hushcast_process.ts";

/** How a client finds its relay. */
export type Route = "unicast" | "multicast";

/** The flags that lead a client to a relay on this machine. */
export function routeTo(relay: RunningRelay, route: Route): string[] {
  return route === "unicast"
    ? ["--relay", relay.relay]
    : ["--group", relay.group, "--interface", "127.0.0.1"];
}

/**
 * Starts a client and waits until it is registered.
 *
 * @param relay Its relay, whose log tells that it is.
 * @param command `chat` or `listen`.
 * @param name Its client name.
 * @param state Its state directory.
 * @param args Further flags.
 */
export async function startClient(
  relay: RunningRelay,
  command: "chat" | "listen",
  name: string,
  state: string,
  args: readonly string[] = routeTo(relay, "unicast"),
): Promise<HushcastProcess> {
  const client = new HushcastProcess([command, "--name", name, "--state", state, ...args]);
  try {
    await relay.process.errorLine(new RegExp(`client registered id=${name} `));
    return client;
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

/** Runs a command of `hushcast` to its end. */
export async function runHushcast(
  args: readonly string[],
): Promise<{ code: number; stdout: readonly string[]; stderr: readonly string[] }> {
  await using process = new HushcastProcess(args);
  await process.endInput();
  const code = await process.ended();
  return { code, stdout: process.stdout, stderr: process.stderr };
}

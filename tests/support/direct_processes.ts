import type { RunningDirect } from "../../scripts/hushcast_process.ts";
import { runHushcast } from "./relay_clients.ts";

/** Runs `hushcast direct-send` to its end. */
export async function directSend(
  { server }: Pick<RunningDirect, "server">,
  ...args: readonly string[]
): Promise<{ code: number; stderr: readonly string[] }> {
  return await runHushcast(["direct-send", "--server", server, ...args]);
}

/** Runs a command on a direct server's control port. Returns the `data` of its reply. */
export async function directControl(
  { controlPort }: Pick<RunningDirect, "controlPort">,
  ...command: readonly string[]
): Promise<unknown> {
  const { stdout, stderr } = await runHushcast(
    ["control", "--port", `${controlPort}`, "--json", ...command],
  );
  if (stdout.length === 0) throw new Error(stderr.join("\n"));
  return JSON.parse(stdout.join("\n")).data;
}

/** The messages that a direct server with `--json` has printed so far. */
export function messagesOf({ process }: RunningDirect): Record<string, unknown>[] {
  return process.stdout.filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === "message");
}

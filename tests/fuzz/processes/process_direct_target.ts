import { startDirect } from "../../../scripts/hushcast_process.ts";
import { DirectClient } from "../../../src/client/direct/direct_client.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";
import { CONTROL_TOKEN } from "../targets/control_lines.ts";
import { ProcessPorts } from "./process_ports.ts";
import { type ProcessStep, processSteps } from "./process_steps.ts";
import { ProcessTap, StrangerSockets } from "./process_tap.ts";
import type { ProcessTarget, ProcessTrial } from "./process_target.ts";
import { serverTrial } from "./process_trial.ts";

/** A direct server that keeps its clients' keys, with its dashboard. */
export const PROCESS_DIRECT: ProcessTarget<readonly ProcessStep[]> = {
  name: "process-direct",
  about:
    "a running direct server: datagrams, replays, control and HTTP, then a message and its end",
  inputs: processSteps,
  budgetInputs: 60,
  open: openDirect,
};

async function openDirect(): Promise<ProcessTrial<readonly ProcessStep[]>> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await temporaryDirectory());
  Deno.writeTextFileSync(`${path}/control.token`, CONTROL_TOKEN, { mode: 0o600 });
  const direct = stack.use(
    await startDirect([
      ...["--state", path, "--http", "127.0.0.1:0", "--json"],
      ...["--control-token-file", `${path}/control.token`],
    ]),
  );
  const [, url = ""] = await direct.process.errorLine(/http ready url=(\S+)$/);
  const ports = await ProcessPorts.logIn(direct.controlPort, url);
  const tap = stack.use(new ProcessTap(direct.port));
  for (const plainRsa of [false, true]) {
    await using client = await DirectClient.connect({ server: tap.address, plainRsa });
    await client.send("hello");
    await client.send(new Uint8Array(3_000));
  }
  const parts = {
    process: direct.process,
    ports,
    strangers: stack.use(new StrangerSockets(direct.port)),
    tap,
    assertServed: async () => {
      const { server, key: serverKey } = direct;
      await using client = await DirectClient.connect({ server, serverKey, timeoutMs: 30_000 });
      await client.send("all is well");
      await direct.process.line(/"text":"all is well"/);
    },
  };
  const owned = stack.move();
  return serverTrial({ ...parts, dispose: () => owned.disposeAsync() });
}

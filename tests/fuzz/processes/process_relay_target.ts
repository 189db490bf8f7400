import { assertEquals } from "@std/assert";
import { startRelay } from "../../../scripts/hushcast_process.ts";
import { RelayClient } from "../../../src/client/relay_client.ts";
import { sha256 } from "../../../src/crypto/sha256.ts";
import { addAuthToken } from "../../../src/relay/auth_tokens_file.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";
import { CONTROL_TOKEN } from "../targets/control_lines.ts";
import { ProcessPorts } from "./process_ports.ts";
import { type ProcessStep, processSteps } from "./process_steps.ts";
import { ProcessTap, StrangerSockets } from "./process_tap.ts";
import type { ProcessTarget, ProcessTrial } from "./process_target.ts";
import { serverTrial } from "./process_trial.ts";

/** How long two clients may take to meet and to talk, milliseconds. */
const TALK_MS = 30_000;

/** A relay with all that it can have on one machine: dashboard, history in a file, tokens, groups. */
export const PROCESS_RELAY: ProcessTarget<readonly ProcessStep[]> = {
  name: "process-relay",
  about: "a running relay: datagrams, replays, control lines and HTTP, then a talk and a clean end",
  inputs: processSteps,
  budgetInputs: 60,
  open: openRelay,
};

async function openRelay(): Promise<ProcessTrial<readonly ProcessStep[]>> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await temporaryDirectory());
  Deno.writeTextFileSync(`${path}/control.token`, CONTROL_TOKEN, { mode: 0o600 });
  for (const name of ["ada", "ben"]) await addToken(`${path}/auth_tokens.json`, name);
  const relay = stack.use(
    await startRelay(path, [
      ...["--http", "127.0.0.1:0", "--control-token-file", `${path}/control.token`],
      ...[
        "--history",
        `sqlite:${path}/history.db`,
        "--group-delivery",
        "unicast",
        "--no-multicast",
      ],
      ...["--rsa-bits", "2048", "--auth-tokens", `${path}/auth_tokens.json`],
    ]),
  );
  const [, url = ""] = await relay.process.errorLine(/http ready url=(\S+)$/);
  const ports = await ProcessPorts.logIn(relay.controlPort, url);
  const tap = stack.use(new ProcessTap(relay.port));
  const ada = stack.use(await join(tap.address, "ada"));
  await ada.send("hello");
  await ada.send(new Uint8Array(5_000));
  await ada.flush();
  const parts = {
    process: relay.process,
    ports,
    strangers: stack.use(new StrangerSockets(relay.port)),
    tap,
    assertServed: () => assertTalk(ada, relay.relay),
  };
  const owned = stack.move();
  return serverTrial({ ...parts, dispose: () => owned.disposeAsync() });
}

async function addToken(path: string, name: string): Promise<void> {
  const digest = sha256(new TextEncoder().encode(tokenOf(name)));
  const token = { name, digest, createdUnixMs: Date.now(), expiresUnixMs: undefined };
  await addAuthToken(path, token, Date.now());
}

function tokenOf(name: string): string {
  return `the token of ${name}`;
}

async function join(relay: string, name: string): Promise<RelayClient> {
  return await RelayClient.connect({
    relay,
    name,
    token: tokenOf(name),
    reliable: true,
    groupDelivery: true,
  });
}

/** One who was there all the time and one who comes now hear each other. */
async function assertTalk(ada: RelayClient, relay: string): Promise<void> {
  await using ben = await join(relay, "ben");
  const heard = [nextFrom(ada, "ben"), nextFrom(ben, "ada")];
  const timer = setTimeout(() => void Promise.all([ada.close(), ben.close()]), TALK_MS);
  await ada.send("to ben");
  await ben.send("to ada");
  assertEquals(await Promise.all(heard), ["to ada", "to ben"]);
  clearTimeout(timer);
}

async function nextFrom(client: RelayClient, wanted: string): Promise<string> {
  for await (const { sender, payload } of client.messages()) {
    if (sender === wanted) return new TextDecoder().decode(payload);
  }
  throw new Error(`Nothing came from ${wanted}`);
}

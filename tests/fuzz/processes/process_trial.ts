import { assert, assertEquals } from "@std/assert";
import type { HushcastProcess } from "../../../scripts/hushcast_process.ts";
import { editBytes } from "../targets/file_byte_edits.ts";
import type { ProcessPorts } from "./process_ports.ts";
import type { ProcessStep } from "./process_steps.ts";
import type { ProcessTap, StrangerSockets } from "./process_tap.ts";
import type { ProcessTrial } from "./process_target.ts";

/** What a trial is made of. */
export interface TrialParts {
  readonly process: HushcastProcess;
  readonly ports: ProcessPorts;
  readonly strangers: StrangerSockets;
  /** What a client that behaves has said and heard. */
  readonly tap: ProcessTap;
  /** Has clients that behave talk by way of the server. @throws If they can't. */
  readonly assertServed: () => Promise<void>;
  /** Lets go of everything. */
  readonly dispose: () => Promise<void>;
}

/** What is printed of an error that nobody expected, by the runtime or by the log. */
const FAULT = /^\s+at .*:\d+:\d+|unexpected error|Uncaught|^\S+Z ERROR /;

/** A server that runs, and strangers who do anything to it. */
export function serverTrial(parts: TrialParts): ProcessTrial<readonly ProcessStep[]> {
  return {
    check: async (steps) => {
      for (const step of steps) await doStep(step, parts);
      await parts.ports.assertAlive();
    },
    finish: async () => {
      await parts.assertServed();
      await parts.ports.assertNoInternalErrors();
      const { process } = parts;
      process.kill("SIGTERM");
      assertEquals(await process.ended(), 0);
      for (const line of process.stderr) assert(!FAULT.test(line), line);
    },
    [Symbol.asyncDispose]: parts.dispose,
  };
}

async function doStep(step: ProcessStep, { ports, strangers, tap }: TrialParts): Promise<void> {
  switch (step.type) {
    case "datagram":
      return await strangers.send(step.bytes, step.from);
    case "replay": {
      const recorded = tap.recorded[step.which % Math.max(1, tap.recorded.length)];
      if (recorded === undefined) return;
      return await strangers.send(editBytes(recorded, step.edits), step.from);
    }
    case "control":
      return await ports.control(step);
    case "http":
      return await ports.http(step);
    default:
      return step satisfies never;
  }
}

import { cpus } from "node:os";

/** On what, with what and when something was measured. */
export interface Machine {
  /** Model of the processor, as the system tells it. */
  readonly processor: string;
  readonly processors: number;
  /** Target triple and release of the system. */
  readonly system: string;
  /** Version of Deno. */
  readonly deno: string;
  /** ISO 8601, UTC. */
  readonly date: string;
}

/** Looks at this machine; needs `--allow-sys=cpus,osRelease`. */
export function readMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? "unknown processor",
    processors: navigator.hardwareConcurrency,
    system: `${Deno.build.target} ${Deno.osRelease()}`,
    deno: Deno.version.deno,
    date: new Date().toISOString(),
  };
}

import process from "node:process";

/** Processor time that this process has used so far, user and system together, seconds. */
export function processCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * Measures Fernet by both of its engines side by side: the WebAssembly core for short tokens and
 * `node:crypto` for long ones. Where they meet is `CORE_MAX_PLAINTEXT_BYTES`.
 *
 *     deno task bench:fernet [--seconds N]
 */
import { CoreFernet } from "../src/crypto/core_fernet.ts";
import type { FernetEngine } from "../src/crypto/fernet_engine.ts";
import { NodeFernet } from "../src/crypto/node_fernet.ts";
import { sharedFernetCore } from "../src/crypto/shared_fernet_core.ts";
import { median } from "./bench/statistics.ts";
import { beginBench, row } from "./bench_report.ts";

const PLAINTEXT_SIZES = [64, 256, 300, 1_200, 2_048, 3_072, 4_096, 6_144, 8_192];
const BATCH = 50;

/** Microseconds a call of each function: the medians of short batches, taken in turn. */
function measure(seconds: number, runs: readonly (() => void)[]): number[] {
  const batches: number[][] = runs.map(() => []);
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    for (const [index, run] of runs.entries()) {
      const startMs = performance.now();
      for (let call = 0; call < BATCH; call++) run();
      batches[index]?.push((performance.now() - startMs) * 1000 / BATCH);
    }
  }
  return batches.map(median);
}

function open(engine: FernetEngine, token: Uint8Array): void {
  const opened = engine.open(token);
  if (!opened.ok || opened.plaintext() === undefined) throw new Error("a good token was refused");
}

const seconds = beginBench();
const startMs = performance.now();
const core = sharedFernetCore();
if (core === undefined) throw new Error("no WebAssembly with vector instructions here");
console.log(`Core started in ${(performance.now() - startMs).toFixed(2)} ms`);

const key = crypto.getRandomValues(new Uint8Array(32));
const iv = crypto.getRandomValues(new Uint8Array(16));
const [short, long] = [new CoreFernet(core, key), new NodeFernet(key)];
const target = new Uint8Array(16_384);

console.log("\nMicroseconds a call, median");
row("plaintext", "core encrypt", "core into", "node encrypt", "core open", "node open");
for (const bytes of PLAINTEXT_SIZES) {
  const plaintext = crypto.getRandomValues(new Uint8Array(bytes));
  const stamp = { now: Math.floor(Date.now() / 1000), iv };
  const token = short.encrypt(plaintext, stamp);
  const [coreEncrypt, coreInto, nodeEncrypt, coreOpen, nodeOpen] = measure(seconds * 4, [
    () => short.encrypt(plaintext, stamp),
    () => short.encryptInto(target, 0, plaintext, stamp),
    () => long.encrypt(plaintext, stamp),
    () => open(short, token),
    () => open(long, token),
  ]).map((micros) => micros.toFixed(2));
  row(bytes, coreEncrypt ?? "", coreInto ?? "", nodeEncrypt ?? "", coreOpen ?? "", nodeOpen ?? "");
}

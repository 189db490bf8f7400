import { assertEquals, assertThrows } from "@std/assert";
import { BenchUsageError } from "../../../scripts/bench/bench_usage_error.ts";
import { parseFuzzOptions } from "../../../scripts/fuzz/fuzz_options.ts";

const NAMES = { cores: ["relay-session", "wire-codecs"], processes: ["relay-process"] };

Deno.test("parseFuzzOptions() fuzzes every core for a minute by default", () => {
  assertEquals(parseFuzzOptions([], NAMES), {
    task: "fuzz",
    seconds: 60,
    seed: undefined,
    targets: ["relay-session", "wire-codecs"],
    isProcess: false,
  });
});

Deno.test("parseFuzzOptions() takes all that --help tells", () => {
  const args = ["--seconds", "0.5", "--seed", "7", "--process", "--target", "relay-process"];
  assertEquals(parseFuzzOptions(args, NAMES), {
    task: "fuzz",
    seconds: 0.5,
    seed: 7,
    targets: ["relay-process"],
    isProcess: true,
  });
  assertEquals(parseFuzzOptions(["--help"], NAMES), { task: "help" });
  assertEquals(parseFuzzOptions(["--list"], NAMES), { task: "list" });
  assertEquals(parseFuzzOptions(["--target", "wire-codecs", "--input", "a.json"], NAMES), {
    task: "replay",
    target: "wire-codecs",
    isProcess: false,
    path: "a.json",
  });
});

const REFUSED: readonly { readonly args: readonly string[]; readonly message: string }[] = [
  { args: ["--target", "relay-sesion"], message: "relay-session" },
  { args: ["--target", "relay-process"], message: "no target is called relay-process" },
  { args: ["--seconds", "0"], message: "--seconds" },
  { args: ["--seconds", "soon"], message: "--seconds" },
  { args: ["--seed=-1"], message: "--seed" },
  { args: ["--seed", "4294967296"], message: "--seed" },
  { args: ["--input", "a.json"], message: "--input needs the one --target" },
  { args: ["--sed", "1"], message: "--seed" },
  { args: ["relay-session"], message: "unexpected argument" },
];

for (const { args, message } of REFUSED) {
  Deno.test(`parseFuzzOptions() refuses ${args.join(" ")}`, () => {
    assertThrows(() => parseFuzzOptions(args, NAMES), BenchUsageError, message);
  });
}

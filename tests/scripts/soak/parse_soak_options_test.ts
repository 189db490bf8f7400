import { assertEquals, assertThrows } from "@std/assert";
import { parseSoakOptions } from "../../../scripts/soak/parse_soak_options.ts";
import type { SoakTarget } from "../../../scripts/soak/soak_target.ts";
import { SoakUsageError } from "../../../scripts/soak/soak_usage_error.ts";

const target = (name: string): SoakTarget => ({
  name,
  about: name,
  run: () => Promise.reject(new Error("nobody asked for this")),
});
const relay = target("relay");
const direct = target("direct");
const parse = (...args: string[]) => parseSoakOptions(args, [relay, direct]);

Deno.test("parseSoakOptions() runs the first target for an hour with 200 clients by default", () => {
  assertEquals(parse(), {
    task: "run",
    targets: [relay],
    seconds: 3_600,
    clients: 200,
    seed: undefined,
    json: undefined,
    keep: undefined,
  });
});

Deno.test("parseSoakOptions() takes every option", () => {
  const args = "--minutes 0.5 --target direct --target relay --target direct --clients 12 --seed 0";
  assertEquals(parse(...args.split(" "), "--json=r.json", "--keep", "files"), {
    task: "run",
    targets: [direct, relay],
    seconds: 30,
    clients: 12,
    seed: 0,
    json: "r.json",
    keep: "files",
  });
});

for (const flag of ["--help", "-h"]) {
  Deno.test(`parseSoakOptions() gives help for ${flag}`, () => {
    assertEquals(parse("--minutes", "2", flag), { task: "help" });
  });
}

const refused = [
  { args: ["--minutes", "0"], says: "--minutes must be a number above 0" },
  { args: ["--minutes", "soon"], says: "--minutes must be a number above 0" },
  { args: ["--minutes", " "], says: "--minutes needs a number" },
  { args: ["--clients", "7"], says: "--clients must be a whole number from 8 to 2000, got 7" },
  { args: ["--clients", "10.5"], says: "--clients must be a whole number" },
  { args: ["--seed=-1"], says: "--seed must be a whole number" },
  { args: ["--target", "realy"], says: "no target is called realy" },
  { args: ["--minuts", "2"], says: "unknown option --minuts" },
  { args: ["relay"], says: "unexpected argument relay" },
];

for (const { args, says } of refused) {
  Deno.test(`parseSoakOptions() refuses ${args.join(" ")}`, () => {
    assertThrows(() => parse(...args), SoakUsageError, says);
  });
}

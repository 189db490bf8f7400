import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli";

interface Case {
  readonly name: string;
  readonly parse: () => unknown;
  readonly result: Record<string, unknown>;
}

const cases: Case[] = [
  { name: "nothing", parse: () => parseArgs([]), result: { _: [] } },
  { name: "positional arguments", parse: () => parseArgs(["a", "b"]), result: { _: ["a", "b"] } },
  {
    name: "positional numbers as numbers",
    parse: () => parseArgs(["1", "0x1f", "1.5e3", "1a", "-", ""]),
    result: { _: [1, 31, 1500, "1a", "-", ""] },
  },
  {
    name: "positional numbers as strings if _ is a string",
    parse: () => parseArgs(["1", "2"], { string: ["_"] }),
    result: { _: ["1", "2"] },
  },
  {
    name: "a value behind an equals sign",
    parse: () => parseArgs(["--name=value", "--text=a=b", "--list=1\n2"]),
    result: { name: "value", text: "a=b", list: "1\n2", _: [] },
  },
  {
    name: "a value in the next argument",
    parse: () => parseArgs(["--name", "value", "x"]),
    result: { name: "value", _: ["x"] },
  },
  {
    name: "numbers of undeclared options",
    parse: () => parseArgs(["--port", "5", "--rate=0.5"]),
    result: { port: 5, rate: 0.5, _: [] },
  },
  {
    name: "numbers of string options as strings",
    parse: () => parseArgs(["--port", "5", "--rate=0.5"], { string: ["port", "rate"] }),
    result: { port: "5", rate: "0.5", _: [] },
  },
  {
    name: "an undeclared option without value as true",
    parse: () => parseArgs(["--name"]),
    result: { name: true, _: [] },
  },
  {
    name: "a string option without value as empty",
    parse: () => parseArgs(["--name"], { string: "name" }),
    result: { name: "", _: [] },
  },
  {
    name: "a next argument with a hyphen as no value",
    parse: () => parseArgs(["--name", "-x", "--other", "--name"], { string: ["name", "other"] }),
    result: { name: "", x: true, other: "", _: [] },
  },
  {
    name: "a string option before the double hyphen as empty",
    parse: () => parseArgs(["--name", "--", "x"], { string: ["name"] }),
    result: { name: "", _: ["x"] },
  },
  {
    name: "the last of several values",
    parse: () => parseArgs(["--name=a", "--name=b"], { string: ["name"] }),
    result: { name: "b", _: [] },
  },
  {
    name: "boolean options that are not given as false",
    parse: () => parseArgs(["x"], { boolean: ["json", "quiet"] }),
    result: { json: false, quiet: false, _: ["x"] },
  },
  {
    name: "a boolean option without taking the next argument",
    parse: () => parseArgs(["--json", "x"], { boolean: ["json"] }),
    result: { json: true, _: ["x"] },
  },
  {
    name: "true and false as the value of a boolean option",
    parse: () =>
      parseArgs(["--json", "false", "--quiet=true", "--raw=false", "--wide", "true"], {
        boolean: ["json", "quiet", "raw", "wide"],
      }),
    result: { json: false, quiet: true, raw: false, wide: true, _: [] },
  },
  {
    name: "every long option as boolean if told so",
    parse: () => parseArgs(["--json", "x", "--name=value"], { boolean: true }),
    result: { json: true, name: "value", _: ["x"] },
  },
  {
    name: "a negated option",
    parse: () =>
      parseArgs(["--no-multicast"], {
        boolean: ["multicast"],
        negatable: ["multicast"],
        default: { multicast: true },
      }),
    result: { multicast: false, _: [] },
  },
  {
    name: "a negated string option",
    parse: () => parseArgs(["--no-config"], { string: ["config"], negatable: ["config"] }),
    result: { config: false, _: [] },
  },
  {
    name: "a negation of what can't be negated as an option of its own",
    parse: () => parseArgs(["--no-multicast"], { boolean: ["multicast"] }),
    result: { "no-multicast": true, multicast: false, _: [] },
  },
  {
    name: "options given several times in order",
    parse: () =>
      parseArgs(["--peer", "a", "x", "--peer=b"], { string: ["peer"], collect: ["peer"] }),
    result: { peer: ["a", "b"], _: ["x"] },
  },
  {
    name: "no values of a collected string option as an empty array",
    parse: () => parseArgs([], { string: ["peer"], collect: ["peer"] }),
    result: { peer: [], _: [] },
  },
  {
    name: "defaults of what is not given",
    parse: () =>
      parseArgs(["--port=5"], {
        string: ["port", "host"],
        default: { port: "1", host: "127.0.0.1" },
      }),
    result: { port: "5", host: "127.0.0.1", _: [] },
  },
  {
    name: "an alias as both names",
    parse: () =>
      parseArgs(["-p", "5", "-v"], {
        string: ["port"],
        boolean: ["verbose"],
        alias: { port: "p", verbose: ["v", "loud"] },
      }),
    result: { port: "5", p: "5", verbose: true, v: true, loud: true, _: [] },
  },
  {
    name: "defaults under all names",
    parse: () => parseArgs([], { string: ["port"], alias: { port: "p" }, default: { port: "1" } }),
    result: { port: "1", p: "1", _: [] },
  },
  {
    name: "short options in one",
    parse: () => parseArgs(["-abc"]),
    result: { a: true, b: true, c: true, _: [] },
  },
  {
    name: "a value of the last short option",
    parse: () => parseArgs(["-ab", "x"]),
    result: { a: true, b: "x", _: [] },
  },
  {
    name: "a number stuck to a short option",
    parse: () => parseArgs(["-n5", "-x-3"]),
    result: { n: 5, x: -3, _: [] },
  },
  {
    name: "a number stuck to a short string option",
    parse: () => parseArgs(["-n5"], { string: ["n"] }),
    result: { n: "5", _: [] },
  },
  {
    name: "a short option with an equals sign",
    parse: () => parseArgs(["-n=5", "-f=a.txt"]),
    result: { n: 5, f: "a.txt", _: [] },
  },
  {
    name: "a path stuck to a short option",
    parse: () => parseArgs(["-f/tmp/x"]),
    result: { f: "/tmp/x", _: [] },
  },
  {
    name: "a hyphen as the value of a short option",
    parse: () => parseArgs(["-f", "-"]),
    result: { f: "-", _: [] },
  },
  {
    name: "short booleans without taking the next argument",
    parse: () => parseArgs(["-v", "x", "-q", "false"], { boolean: ["v", "q"] }),
    result: { v: true, q: false, _: ["x"] },
  },
  {
    name: "a short string option without value as empty",
    parse: () => parseArgs(["-n", "-v"], { string: ["n"], boolean: ["v"] }),
    result: { n: "", v: true, _: [] },
  },
  {
    name: "what follows the double hyphen as positional, unread",
    parse: () => parseArgs(["--a", "--", "--b", "5"]),
    result: { a: true, _: ["--b", "5"] },
  },
  {
    name: "what follows the double hyphen apart if asked",
    parse: () => parseArgs(["x", "--", "--b", "--", "5"], { "--": true }),
    result: { _: ["x"], "--": ["--b", "--", "5"] },
  },
  {
    name: "everything from the first positional argument on as positional, if asked",
    parse: () => parseArgs(["--a=1", "run", "--b=2", "5"], { stopEarly: true }),
    result: { a: 1, _: ["run", "--b=2", "5"] },
  },
];

for (const { name, parse, result } of cases) {
  Deno.test(`parseArgs() reads ${name}`, () => {
    assertEquals(parse(), result);
  });
}

Deno.test("parseArgs() leaves its arguments as they are", () => {
  const args = ["--a", "x", "--", "y"];
  parseArgs(args, { string: ["a"] });
  assertEquals(args, ["--a", "x", "--", "y"]);
});

Deno.test("parseArgs() asks unknown() about what is not declared", () => {
  const asked: unknown[][] = [];
  const result = parseArgs(["--port=5", "--prot", "6", "-x", "--json", "--loud", "word"], {
    string: ["port"],
    boolean: ["json", "verbose"],
    alias: { verbose: "loud" },
    unknown: (...question) => {
      asked.push(question);
      return false;
    },
  });
  assertEquals(asked, [["--prot", "prot", "6"], ["-x", "x", true], ["word"]]);
  assertEquals<unknown>(result, { port: "5", json: true, verbose: true, loud: true, _: [] });
});

Deno.test("parseArgs() keeps what unknown() does not refuse", () => {
  const result = parseArgs(["--prot", "6", "word"], { unknown: () => undefined });
  assertEquals<unknown>(result, { prot: 6, _: ["word"] });
});

Deno.test("parseArgs() types what is declared", () => {
  const args = parseArgs(["--port=5", "--json", "--peer=a"], {
    string: ["port", "name", "peer", "config"],
    boolean: ["json"],
    collect: ["peer"],
    negatable: ["config"],
    default: { port: "1" },
  });
  const port: string = args.port;
  const name: string | undefined = args.name;
  const peers: string[] = args.peer;
  const json: boolean = args.json;
  const config: string | false | undefined = args.config;
  assertEquals([port, name, peers, json, config], ["5", undefined, ["a"], true, undefined]);
});

Deno.test("parseArgs() takes lists of names that are known at run time only", () => {
  const names: string[] = ["port"];
  const flags: string[] = ["json"];
  const args: Record<string, unknown> = parseArgs(["--port", "5"], {
    string: names,
    boolean: flags,
  });
  assertEquals(args["port"], "5");
  assertEquals(args["json"], false);
});

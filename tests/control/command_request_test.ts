import { assertEquals, assertThrows } from "@std/assert";
import { CommandError } from "../../src/control/command.ts";
import { parseTextCommand, resolveArguments } from "../../src/control/command_request.ts";
import type { JsonCommand } from "../../src/control/json_command.ts";

const command = (minArgs: number, maxArgs: number) => ({
  name: "x",
  usage: "x ...",
  help: "",
  minArgs,
  maxArgs,
});

const json = (...args: string[]): JsonCommand => ({ form: "json", id: 1, name: "x", args });

for (
  const { request, min, max, args } of [
    { request: parseTextCommand("x"), min: 0, max: 0, args: [] },
    { request: parseTextCommand("x"), min: 0, max: 1, args: [] },
    { request: parseTextCommand("x a b c"), min: 1, max: 2, args: ["a", "b c"] },
    { request: json(), min: 0, max: 0, args: [] },
    { request: json("a b", "c"), min: 1, max: 2, args: ["a b", "c"] },
    { request: json("a", "b", "", "c"), min: 1, max: 2, args: ["a", "b  c"] },
    { request: json("a", "b"), min: 1, max: 1, args: ["a b"] },
  ]
) {
  const form = JSON.stringify(request.form === "text" ? request.rest : request.args);
  Deno.test(`resolveArguments() gives ${min} to ${max} arguments of ${form}`, () => {
    assertEquals(resolveArguments(request, command(min, max)), args);
  });
}

for (
  const { request, min, max } of [
    { request: parseTextCommand("x"), min: 1, max: 1 },
    { request: parseTextCommand("x y"), min: 0, max: 0 },
    { request: json(), min: 1, max: 2 },
    { request: json("y"), min: 0, max: 0 },
  ]
) {
  const form = JSON.stringify(request.form === "text" ? request.rest : request.args);
  Deno.test(`resolveArguments() wants ${min} to ${max} arguments, not ${form}`, () => {
    const error = assertThrows(() => resolveArguments(request, command(min, max)), CommandError);
    assertEquals(error.code, "BAD_ARGUMENTS");
    assertEquals(error.message, "Wrong number of arguments, usage: x ...");
  });
}

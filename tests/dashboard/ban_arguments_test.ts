import { assertEquals } from "@std/assert";
import { banArguments } from "../../src/dashboard/ban_arguments.ts";
import { hasName, ipOf } from "../../src/dashboard/ban_target.ts";
import { clientRow } from "../support/dashboard_fixture.ts";

const CLIENT = clientRow({ id: "pump 3", address: "[2001:db8::1]:5000" });

function argumentsOf(choices: Readonly<Record<string, string>>): string[] {
  return banArguments(CLIENT, (field) => choices[field] ?? "");
}

Deno.test("banArguments() bans a name for a time", () => {
  const choice = { target: "name", duration: "limited", amount: "2" };
  assertEquals(argumentsOf({ ...choice, unit: "minutes" }), ["pump 3", "120"]);
  assertEquals(argumentsOf({ ...choice, unit: "hours" }), ["pump 3", "7200"]);
  assertEquals(argumentsOf({ ...choice, unit: "days" }), ["pump 3", "172800"]);
});

Deno.test("banArguments() bans an address for good", () => {
  assertEquals(argumentsOf({ target: "address", duration: "for good" }), ["2001:db8::1"]);
});

Deno.test("ipOf() leaves port and brackets out", () => {
  assertEquals(ipOf(clientRow({ address: "127.0.0.1:5000" })), "127.0.0.1");
  assertEquals(ipOf(CLIENT), "2001:db8::1");
});

Deno.test("hasName() tells a name from an address in its place", () => {
  assertEquals([hasName(CLIENT), hasName(clientRow({ id: "a:1", address: "a:1" }))], [true, false]);
});

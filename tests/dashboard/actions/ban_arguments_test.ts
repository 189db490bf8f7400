import { assertEquals } from "@std/assert";
import { banArguments } from "../../../src/dashboard/actions/ban_arguments.ts";
import {
  addressKind,
  canBanByName,
  hasName,
  ipOf,
} from "../../../src/dashboard/actions/ban_target.ts";
import { clientRow } from "../../support/dashboard_fixture.ts";

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

const ADDRESS_NAMES = [
  "10.0.0.9",
  "999.1.1.1",
  "10.0.0.0/8",
  "::1",
  "FE80::1%eth0",
  "2001:db8::/64",
];

for (const id of ADDRESS_NAMES) {
  Deno.test(`canBanByName() offers no ban of an address that a client gave as its name: ${id}`, () => {
    const client = clientRow({ id, address: "192.0.2.7:5000" });
    assertEquals(canBanByName(client), false);
    assertEquals(banArguments(client, () => "name").at(0), "192.0.2.7");
  });
}

Deno.test("canBanByName() offers a ban of a name, and none where there is no name", () => {
  const names = ["pump 3", "10.0.0", "v1.2.3.4", "face:cafe", "dead.beef", "a::b c", "1.2.3.4.5"];
  assertEquals(names.filter((id) => !canBanByName(clientRow({ id }))), []);
  assertEquals(canBanByName(clientRow({ id: "a:1", address: "a:1" })), false);
});

Deno.test("addressKind() tells that of IPv6 a whole network is banned", () => {
  const kinds = ["10.0.0.9:1", "[2001:db8::1]:1"].map((address) =>
    addressKind(clientRow({ address }))
  );
  assertEquals(kinds, ["address", "network"]);
});

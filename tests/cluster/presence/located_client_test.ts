import { assertEquals } from "@std/assert";
import {
  isSameClient,
  type LocatedClient,
  prevailsOver,
} from "../../../src/cluster/presence/located_client.ts";
import { instanceOf, sessionOf } from "../../support/presence_world.ts";

function clientOf(number: number, fields: Partial<LocatedClient> = {}): LocatedClient {
  return {
    sessionId: sessionOf(number),
    id: "amy",
    name: "amy",
    instance: undefined,
    address: `192.0.2.1:${number}`,
    sinceUnixMs: 0,
    token: undefined,
    relayId: sessionOf(100 + number),
    relayName: "east",
    supersedes: [],
    ...fields,
  };
}

const instance = instanceOf(1);

const pairs: { name: string; a: Partial<LocatedClient>; b: Partial<LocatedClient>; is: boolean }[] =
  [
    { name: "one instance", a: { instance, name: "x" }, b: { instance }, is: true },
    { name: "two instances", a: { instance }, b: { instance: instanceOf(2) }, is: false },
    { name: "no instance and a name", a: {}, b: {}, is: false },
    { name: "a name and an address", a: {}, b: { address: "192.0.2.1:1" }, is: true },
    {
      name: "an address and two names",
      a: { name: "x" },
      b: { address: "192.0.2.1:1" },
      is: false,
    },
    {
      name: "a name, an address and one token",
      a: { token: "t" },
      b: { address: "192.0.2.1:1" },
      is: false,
    },
    { name: "a name and a token", a: { token: "t" }, b: { token: "t" }, is: true },
    { name: "a name and two tokens", a: { token: "t" }, b: { token: "u" }, is: false },
    {
      name: "a token and no name",
      a: { token: "t", name: undefined },
      b: { token: "t", name: undefined },
      is: false,
    },
  ];
for (const { name, a, b, is } of pairs) {
  Deno.test(`isSameClient() is ${is} for ${name}`, () => {
    assertEquals(isSameClient(clientOf(1, a), clientOf(2, b)), is);
    assertEquals(isSameClient(clientOf(2, b), clientOf(1, a)), is);
  });
}

const winners: { name: string; winner: Partial<LocatedClient>; loser: Partial<LocatedClient> }[] = [
  {
    name: "the one that superseded the other, whatever the clocks say",
    winner: { instance, sinceUnixMs: 1, supersedes: [sessionOf(2)] },
    loser: { instance, sinceUnixMs: 9 },
  },
  {
    name: "the later session of one client",
    winner: { instance, sinceUnixMs: 9 },
    loser: { instance, sinceUnixMs: 1 },
  },
  {
    name: "the client that had the name first",
    winner: { sinceUnixMs: 1 },
    loser: { sinceUnixMs: 9, instance },
  },
  { name: "the lower relay id, at one moment", winner: {}, loser: {} },
];
for (const { name, winner, loser } of winners) {
  Deno.test(`prevailsOver() has ${name} stay`, () => {
    const [a, b] = [clientOf(1, winner), clientOf(2, loser)];
    assertEquals([prevailsOver(a, b), prevailsOver(b, a)], [true, false]);
  });
}

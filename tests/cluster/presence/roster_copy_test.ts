import { assertEquals } from "@std/assert";
import {
  MAX_CLIENTS_IN_MESSAGE,
  MAX_RELAY_CLIENTS,
  type RosterChange,
  type RosterPart,
} from "../../../src/cluster/presence/presence_message.ts";
import {
  ASK_INTERVAL_MS,
  type CopyStep,
  RosterCopy,
} from "../../../src/cluster/presence/roster_copy.ts";
import { sessionOf, toldClientOf } from "../../support/presence_world.ts";

function joined(number: number): RosterChange {
  return { type: "joined", client: toldClientOf(number) };
}

function partOf(version: number, part: number, parts: number, ...numbers: number[]): RosterPart {
  const clients = numbers.map(toldClientOf);
  return { kind: "roster", name: "east", version, part, parts, clients };
}

function changesOf(first: number, ...changes: (RosterChange | undefined)[]) {
  return { kind: "changes", first, changes } as const;
}

function there(...numbers: number[]): CopyStep {
  return { type: "there", clients: numbers.map(toldClientOf) };
}

function all(...numbers: number[]): CopyStep {
  return { type: "all", sessionIds: new Set(numbers.map(sessionOf)) };
}

/** One that goes up to version 3, with clients 1 and 2. */
function current(): RosterCopy {
  const copy = new RosterCopy();
  copy.part(partOf(3, 0, 1, 1, 2), 0);
  return copy;
}

Deno.test("RosterCopy begins behind, but for a relay that has never had a client", () => {
  const copy = new RosterCopy();
  assertEquals([copy.beat(5, 2, 0), copy.isCurrent], [[], false]);
  assertEquals(copy.changes(changesOf(6, joined(1))), []);
  assertEquals([copy.beat(0, 0, 0), copy.isCurrent], [[all()], true]);
});

Deno.test("RosterCopy takes changes one after the other", () => {
  const copy = current();
  assertEquals(copy.changes(changesOf(4, joined(3), undefined, joined(4))), [joined(3), joined(4)]);
  assertEquals(copy.changes(changesOf(7, joined(5))), [joined(5)]);
  assertEquals([copy.beat(7, 5, 5), copy.isCurrent], [[], true]);
});

const gaps: { name: string; happen: (copy: RosterCopy) => void }[] = [
  { name: "a change is missing", happen: (copy) => copy.changes(changesOf(5, joined(3))) },
  { name: "a change comes again", happen: (copy) => copy.changes(changesOf(3, joined(3))) },
  { name: "a beat tells of more changes", happen: (copy) => copy.beat(4, 2, 2) },
  { name: "a beat tells of fewer changes", happen: (copy) => copy.beat(2, 2, 2) },
  { name: "a beat tells of other clients", happen: (copy) => copy.beat(3, 1, 2) },
];
for (const { name, happen } of gaps) {
  Deno.test(`RosterCopy is behind when ${name}, until it has the whole roster`, () => {
    const copy = current();
    happen(copy);
    assertEquals(copy.isCurrent, false);
    assertEquals(copy.changes(changesOf(4, joined(3))), []);
    assertEquals(copy.part(partOf(8, 0, 1, 9), 0), [there(9), all(9)]);
    assertEquals(copy.isCurrent, true);
  });
}

Deno.test("RosterCopy puts a roster together of parts, and of what changes meanwhile", () => {
  const copy = new RosterCopy();
  assertEquals(copy.part(partOf(3, 0, 3, 1), 0), [there(1)]);
  assertEquals(copy.changes(changesOf(4, joined(7))), []);
  assertEquals(copy.part(partOf(3, 1, 3, 2), 0), [there(2)]);
  assertEquals(copy.changes(changesOf(5, joined(8))), []);
  assertEquals(copy.beat(5, 5, 0), [], "what it has is not compared yet");
  assertEquals(copy.part(partOf(3, 2, 3, 3), 0), [
    there(3),
    all(1, 2, 3),
    joined(7),
    joined(8),
  ]);
  assertEquals(copy.changes(changesOf(6, joined(9))), [joined(9)]);
});

const broken: { name: string; parts: readonly RosterPart[] }[] = [
  { name: "without its first part", parts: [partOf(3, 1, 2, 2)] },
  { name: "with a part missing", parts: [partOf(3, 0, 3, 1), partOf(3, 2, 3, 3)] },
  { name: "with a part twice", parts: [partOf(3, 0, 2, 1), partOf(3, 0, 2, 1), partOf(4, 1, 2)] },
  { name: "of two versions", parts: [partOf(3, 0, 2, 1), partOf(4, 1, 2, 2)] },
  { name: "of another number of parts", parts: [partOf(3, 0, 2, 1), partOf(3, 1, 3, 2)] },
];
for (const { name, parts } of broken) {
  Deno.test(`RosterCopy does not take a roster ${name}`, () => {
    const copy = new RosterCopy();
    const steps = parts.flatMap((part) => copy.part(part, 0));
    assertEquals(steps.filter(({ type }) => type !== "there"), []);
    assertEquals(copy.isCurrent, false);
  });
}

Deno.test("RosterCopy passes over a roster that it does not need", () => {
  const copy = current();
  assertEquals([copy.part(partOf(3, 0, 1, 9), 0), copy.part(partOf(2, 0, 2, 9), 0)], [[], []]);
  assertEquals(copy.isCurrent, true);
});

Deno.test("RosterCopy counts the clients that it can't know, and is content", () => {
  const copy = new RosterCopy();
  const part = partOf(3, 0, 1, 1);
  copy.part({ ...part, clients: [...part.clients, undefined] }, 0);
  assertEquals([copy.beat(3, 2, 1), copy.isCurrent], [[], true]);
});

Deno.test("RosterCopy.takeAsk() asks once in a while, and not for what is coming in", () => {
  const copy = new RosterCopy();
  assertEquals([copy.takeAsk(0), copy.takeAsk(ASK_INTERVAL_MS - 1)], [true, false]);
  assertEquals(copy.takeAsk(ASK_INTERVAL_MS), true);
  copy.part(partOf(3, 0, 3, 1), 4_000);
  copy.part(partOf(3, 1, 3, 1), 5_000);
  assertEquals([copy.takeAsk(6_799), copy.takeAsk(6_800)], [false, true]);
  copy.part(partOf(3, 2, 3, 1), 6_900);
  assertEquals([copy.isCurrent, copy.takeAsk(20_000)], [true, false]);
});

Deno.test("RosterCopy takes 100,000 clients, and no more of a relay that has no bounds", () => {
  const copy = new RosterCopy();
  const parts = 1_000;
  let [told, counted] = [0, 0];
  for (let part = 0; part < parts; part++) {
    const first = part * MAX_CLIENTS_IN_MESSAGE;
    const numbers = Array.from({ length: MAX_CLIENTS_IN_MESSAGE }, (_, index) => first + index);
    for (const step of copy.part(partOf(3, part, parts, ...numbers), 0)) {
      if (step.type === "there") told += step.clients.length;
      if (step.type === "all") counted = step.sessionIds.size;
    }
  }
  assertEquals([told, counted, copy.isCurrent], [MAX_RELAY_CLIENTS, MAX_RELAY_CLIENTS, true]);
});

Deno.test("RosterCopy keeps no more than 100,000 changes for a roster that never comes to an end", () => {
  const copy = new RosterCopy();
  copy.part(partOf(0, 0, 2), 0);
  const some = new Array<undefined>(MAX_CLIENTS_IN_MESSAGE).fill(undefined);
  let first = 1;
  for (; first <= MAX_RELAY_CLIENTS + MAX_CLIENTS_IN_MESSAGE; first += some.length) {
    copy.changes(changesOf(first, ...some));
  }
  assertEquals([copy.part(partOf(0, 1, 2), 0), copy.isCurrent], [[], false]);
});

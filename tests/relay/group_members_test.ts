import { assertEquals } from "@std/assert";
import { countRepair, GroupMembers } from "../../src/relay/group_members.ts";
import { MAX_RETAINED_MESSAGES } from "../../src/session/retained_messages.ts";
import type { Session } from "../../src/session/session.ts";
import { Feature } from "../../src/wire/features.ts";
import { fakeSession } from "../support/fake_session.ts";

function session(name: string, features: number = Feature.GROUP_DELIVERY): Session {
  return fakeSession({ name, features });
}

function countsOf({ messagesOut, bytesOut }: Session): number[] {
  return [messagesOut, bytesOut];
}

Deno.test("GroupMembers serves everyone alone until it is promoted", () => {
  const members = new GroupMembers();
  const [alice, bob] = [session("alice"), session("bob", 0)];
  for (const each of [alice, bob]) members.add(each);
  assertEquals([[...members.alone], members.size], [[alice, bob], 0]);
  assertEquals([[...members.newcomers], members.isEmpty], [[alice], false]);
  members.promote(alice, 3);
  assertEquals([[...members.alone], members.size], [[bob], 1]);
  assertEquals(members.find(alice)?.firstEpoch, 3);
});

Deno.test("GroupMembers.promote() does nothing with who is a member, gone, or without the feature", () => {
  const members = new GroupMembers();
  const [alice, bob, carol] = [session("alice"), session("bob", 0), session("carol")];
  for (const each of [alice, bob, carol]) members.add(each);
  members.remove(carol);
  members.promote(alice, 1);
  for (const each of [alice, bob, carol]) members.promote(each, 2);
  assertEquals(members.size, 1);
  assertEquals(members.find(alice)?.firstEpoch, 1);
});

Deno.test("GroupMembers.settle() counts for each what the others said since it is a member", () => {
  const members = new GroupMembers();
  const [alice, bob, other] = [session("alice"), session("bob"), session("other", 0)];
  for (const each of [alice, bob, other]) members.add(each);
  members.promote(alice, 1);
  members.countMessage(other, 100);
  members.promote(bob, 2);
  members.countMessage(alice, 10);
  members.countMessage(bob, 5);
  for (const each of [alice, bob, other]) members.settle(each);
  for (const each of [alice, bob, other]) members.settle(each);
  assertEquals([alice, bob, other].map(countsOf), [[2, 105], [1, 10], [0, 0]]);
});

Deno.test("GroupMembers.remove() settles the session first", () => {
  const members = new GroupMembers();
  const [alice, bob] = [session("alice"), session("bob")];
  for (const each of [alice, bob]) {
    members.add(each);
    members.promote(each, 1);
  }
  members.countMessage(alice, 10);
  members.remove(bob);
  members.countMessage(alice, 10);
  members.settle(bob);
  assertEquals(countsOf(bob), [1, 10]);
  assertEquals([members.size, members.othersThan(alice), members.othersThan(bob)], [1, 0, 1]);
});

Deno.test("countRepair() remembers as many messages as the group retains", () => {
  const members = new GroupMembers();
  const alice = session("alice");
  members.add(alice);
  members.promote(alice, 1);
  const member = members.find(alice);
  if (member === undefined) throw new Error("There is no such member");
  countRepair(member, 0);
  for (let id = 0; id < MAX_RETAINED_MESSAGES; id++) countRepair(member, id);
  assertEquals([member.repairs.size, member.repairs.get(0)], [MAX_RETAINED_MESSAGES, 2]);
  countRepair(member, MAX_RETAINED_MESSAGES);
  assertEquals([member.repairs.size, member.repairs.get(0)], [MAX_RETAINED_MESSAGES, undefined]);
});

import { assert, assertEquals } from "@std/assert";
import { type MemberRole, memberRole } from "../../../../scripts/soak/fleet/roles.ts";

const rolesOf = (members: number) =>
  Array.from({ length: members }, (_, index) => memberRole(index, members));
const count = (roles: readonly MemberRole[], is: (role: MemberRole) => boolean) =>
  roles.filter(is).length;

Deno.test("memberRole() gives two hundred members what a soak wants", () => {
  const roles = rolesOf(200);
  assertEquals(count(roles, ({ isSpeaker }) => isSpeaker), 15);
  assertEquals(count(roles, ({ habit }) => habit === "traveller"), 50);
  assert(count(roles, ({ habit }) => habit === "visitor") >= 20);
  const group = count(roles, ({ hasGroupDelivery }) => hasGroupDelivery);
  assert(group >= 80 && group <= 100, `${group} with group delivery`);
  const plain = count(roles, ({ isReliable }) => !isReliable);
  assert(plain > 0 && plain <= 25, `${plain} without reliable delivery`);
});

for (const members of [8, 12, 200]) {
  Deno.test(`memberRole() lets some of ${members} members speak, all of them reliable ones`, () => {
    const speakers = rolesOf(members).filter(({ isSpeaker }) => isSpeaker);
    assert(speakers.length >= 3);
    assert(speakers.every(({ isReliable, habit }) => isReliable && habit !== "visitor"));
  });

  Deno.test(`memberRole() gives group delivery to some of each habit of ${members} members`, () => {
    const habits = Map.groupBy(rolesOf(members), ({ habit }) => habit);
    for (const [habit, roles] of habits) {
      if (roles.length < 2) continue;
      const group = count(roles, ({ hasGroupDelivery }) => hasGroupDelivery);
      assert(group > 0 && group < roles.length, `${group} of ${roles.length}: ${habit}`);
    }
  });
}

Deno.test("memberRole() lets only travellers go by a path that can be cut", () => {
  assert(rolesOf(200).every(({ habit, isMobile }) => isMobile === (habit === "traveller")));
});

import { assertEquals } from "@std/assert";
import { HostileWorld } from "../hostile_world.ts";
import type { FuzzTarget } from "./fuzz_target.ts";
import { MembersPlay } from "./relay_members_play.ts";
import { type MembersInput, membersInputs } from "./relay_members_script.ts";

const MINUTE_MS = 60_000;

/**
 * The relay's core, given whatever members, strangers and operators do. What they seal makes sense,
 * so that an oracle that knows all of it can tell what each of them is to hear.
 */
export const RELAY_MEMBERS_TARGET: FuzzTarget<MembersInput> = {
  name: "relay-members",
  about: "the relay core: members, strangers and operators, with an oracle that knows all they say",
  inputs: membersInputs,
  budgetInputs: 400,
  check({ seed, options, script }) {
    const world = new HostileWorld(seed, options);
    const play = new MembersPlay(world);
    world.begin();
    for (const it of script) play.happen(it);
    world.answerAllRsa();
    world.run(5_000);
    world.oracle.finish(world.core.clients(world.clock.now));
    world.run(3 * MINUTE_MS);
    assertEquals(world.oracle.sessions, 0, "all have timed out");
    // The relay may still wait for the end of a token that was used; wall clocks were set.
    world.run(6 * 60 * MINUTE_MS);
    assertEquals(world.core.nextDeadline(), Infinity, "only the identity's, which never comes");
  },
};

import { assert, assertEquals } from "@std/assert";
import { FleetTally } from "../../../../scripts/soak/fleet/fleet_tally.ts";
import { LARGE_MESSAGE_BYTES } from "../../../../scripts/soak/fleet/fleet_member.ts";
import { LargeMessages, MAX_BODY_BYTES } from "../../../../scripts/soak/fleet/large_messages.ts";
import { RecentMessages } from "../../../../scripts/soak/fleet/recent_messages.ts";
import { SeededRandom } from "../../../../scripts/seeded_random.ts";
import { writeMessage } from "../../../../scripts/soak/fleet/soak_message.ts";

const named = (number: number) => ({ sender: "a", number });

Deno.test("RecentMessages keeps the last ones, oldest first, and no more than it may", () => {
  const recent = new RecentMessages(3);
  assertEquals(recent.list(), []);
  for (const number of [1, 2]) recent.add(named(number));
  assertEquals(recent.list(), [1, 2].map(named));
  for (const number of [3, 4, 5]) recent.add(named(number));
  assertEquals(recent.list(), [3, 4, 5].map(named));
});

Deno.test("LargeMessages are all large, one of the first is long, and none is too long for a relay", () => {
  const large = new LargeMessages(new SeededRandom(1));
  const lengths = Array.from({ length: 1_000 }, () => large.next());
  assert(lengths.every((length) => length >= LARGE_MESSAGE_BYTES && length <= MAX_BODY_BYTES));
  assertEquals(lengths[0], 256 * 1024);
  assert(lengths.some((length) => length > 800_000));
  const longest = { sender: "soak-1999", number: 999_999_999, bodyBytes: MAX_BODY_BYTES };
  assert(writeMessage(longest).byteLength <= 1024 * 1024);
});

Deno.test("FleetTally counts, and names what should never be", () => {
  const tally = new FleetTally();
  tally.count("joins");
  tally.count("gap_messages", 7);
  tally.refused("name taken");
  assertEquals([tally.of("joins"), tally.of("crashes"), tally.troubles], [1, 0, 0]);
  assertEquals(tally.troubleText, "");
  for (const what of ["client ended: DISCONNECTED", "message cut", "message cut"]) {
    tally.trouble(what);
  }
  assertEquals(tally.troubles, 3);
  assertEquals(tally.troubleText, "client ended: DISCONNECTED (1), message cut (2)");
  assertEquals(tally.figures(), { gap_messages: 7, joins: 1, refusals: "name taken (1)" });
});

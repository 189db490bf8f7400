import { assertEquals } from "@std/assert";
import {
  MAX_IDS_EACH,
  MAX_INSTANCES,
  RecentMessageIds,
  REMEMBERED_MS,
} from "../../src/relay/recent_message_ids.ts";

Deno.test("RecentMessageIds.sequenceOf() gives the number that was noted", () => {
  const ids = new RecentMessageIds();
  ids.note("ada", "ada:1", 7n, 0);
  ids.note("ben", "ben:1", 8n, 0);
  assertEquals(ids.sequenceOf("ada", "ada:1"), 7n);
  assertEquals(ids.sequenceOf("ada", "ada:2"), undefined);
  assertEquals(ids.sequenceOf("ada", "ben:1"), undefined, "that is another one's");
  assertEquals(ids.sequenceOf("cleo", "ada:1"), undefined);
});

Deno.test("RecentMessageIds.note() keeps the last 64 of each instance, and not one more", () => {
  const ids = new RecentMessageIds();
  for (let number = 1; number <= MAX_IDS_EACH; number++) {
    ids.note("ada", `${number}`, BigInt(number), 0);
  }
  assertEquals(ids.sequenceOf("ada", "1"), 1n);
  ids.note("ben", "other", 1n, 0);
  assertEquals(ids.sequenceOf("ada", "1"), 1n, "what others say leaves hers alone");
  ids.note("ada", "one more", 65n, 0);
  assertEquals(["1", "2", "one more"].map((id) => ids.sequenceOf("ada", id)), [
    undefined,
    2n,
    65n,
  ]);
});

Deno.test("RecentMessageIds.note() forgets who spoke longest ago when there are too many", () => {
  const ids = new RecentMessageIds();
  for (let number = 0; number < MAX_INSTANCES; number++) ids.note(`${number}`, "id", 1n, 0);
  ids.note("0", "again", 2n, 0);
  ids.note("newcomer", "id", 1n, 0);
  assertEquals(ids.instances, MAX_INSTANCES);
  assertEquals(["0", "1", "2", "newcomer"].map((instance) => ids.sequenceOf(instance, "id")), [
    1n,
    undefined,
    1n,
    1n,
  ]);
});

Deno.test("RecentMessageIds.note() forgets who has not spoken for a quarter of an hour", () => {
  const ids = new RecentMessageIds();
  ids.note("ada", "id", 1n, 0);
  ids.note("ben", "id", 2n, 1_000);
  ids.note("ada", "other", 3n, 2_000);
  ids.note("cleo", "id", 4n, 1_000 + REMEMBERED_MS - 1);
  assertEquals(ids.sequenceOf("ben", "id"), 2n);
  ids.note("cleo", "other", 5n, 1_000 + REMEMBERED_MS);
  assertEquals([ids.sequenceOf("ben", "id"), ids.sequenceOf("ada", "id")], [undefined, 1n]);
  assertEquals(ids.instances, 2);
});

Deno.test("RecentMessageIds.clear() forgets all", () => {
  const ids = new RecentMessageIds();
  ids.note("ada", "id", 1n, 0);
  ids.clear();
  assertEquals([ids.instances, ids.sequenceOf("ada", "id")], [0, undefined]);
});

import { assertEquals } from "@std/assert";
import { GroupRequests } from "../../src/client/group_requests.ts";

/** When requests are made while something is lacking all the time. */
function askedWithin(requests: GroupRequests, fromMs: number, endMs: number): number[] {
  const asked: number[] = [];
  for (let ms = fromMs; ms <= endMs; ms = Math.max(ms + 1, requests.nextDeadlineMs(true))) {
    if (requests.take(true, ms)) asked.push(ms);
  }
  return asked;
}

Deno.test("GroupRequests asks at once, after 250 ms, and doubles up to 2 s", () => {
  const asked = askedWithin(new GroupRequests(), 0, 8_000);
  assertEquals(asked, [0, 250, 750, 1_750, 3_750, 5_750, 7_750]);
});

Deno.test("GroupRequests asks for nothing when nothing is lacking", () => {
  const requests = new GroupRequests();
  assertEquals(requests.take(false, 0), false);
  assertEquals(requests.nextDeadlineMs(false), Infinity);
  assertEquals(requests.take(true, 0), true);
  assertEquals(requests.nextDeadlineMs(false), Infinity);
});

Deno.test("GroupRequests.reset() lets it begin afresh", () => {
  const requests = new GroupRequests();
  askedWithin(requests, 0, 5_000);
  requests.reset();
  assertEquals(askedWithin(requests, 5_001, 6_000), [5_001, 5_251, 5_751]);
});

Deno.test("GroupRequests goes on seldom for a new cause soon after the last, and afresh later", () => {
  const requests = new GroupRequests();
  askedWithin(requests, 0, 2_000); // the last at 1,750
  assertEquals(requests.take(true, 3_749), false);
  assertEquals(askedWithin(requests, 4_000, 7_000), [4_000, 6_000]);
  assertEquals(askedWithin(requests, 20_000, 21_000), [20_000, 20_250, 20_750]);
});

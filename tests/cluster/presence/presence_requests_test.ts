import { assertEquals } from "@std/assert";
import {
  BROADCAST_TIMEOUT_MS,
  KICK_TIMEOUT_MS,
  MAX_PRESENCE_REQUESTS,
  PresenceRequests,
} from "../../../src/cluster/presence/presence_requests.ts";
import { sessionOf } from "../../support/presence_world.ts";

const [EAST, WEST] = [sessionOf(1), sessionOf(2)];

Deno.test("PresenceRequests takes one answer to a kick, from the relay that was asked", () => {
  const requests = new PresenceRequests();
  const request = requests.kick(EAST, 0);
  assertEquals(requests.kicked(WEST, request, true), undefined);
  assertEquals(requests.kicked(EAST, request + 1, true), undefined);
  assertEquals(requests.told(EAST, request, 3), undefined);
  assertEquals(requests.kicked(EAST, request, true), { type: "kicked", request, isDone: true });
  assertEquals(requests.kicked(EAST, request, true), undefined);
  assertEquals(requests.nextDeadlineMs(), undefined);
});

Deno.test("PresenceRequests adds up the first answer of each relay to a broadcast", () => {
  const requests = new PresenceRequests();
  const request = requests.broadcast([EAST, WEST], 0);
  assertEquals(requests.told(EAST, request, 3), undefined);
  assertEquals(requests.told(EAST, request, 50), undefined);
  assertEquals(requests.told(sessionOf(3), request, 50), undefined);
  assertEquals(requests.kicked(WEST, request, true), undefined);
  assertEquals(requests.told(WEST, request, 4), { type: "told", request, clients: 7 });
});

Deno.test("PresenceRequests gives up those that wait too long, each in its own time", () => {
  const requests = new PresenceRequests();
  const kick = requests.kick(EAST, 0);
  const broadcast = requests.broadcast([EAST, WEST], 0);
  requests.told(WEST, broadcast, 4);
  assertEquals(requests.nextDeadlineMs(), BROADCAST_TIMEOUT_MS);
  assertEquals(requests.takeOverdue(BROADCAST_TIMEOUT_MS - 1), []);
  assertEquals(requests.takeOverdue(BROADCAST_TIMEOUT_MS), [
    { type: "told", request: broadcast, clients: 4 },
  ]);
  assertEquals(requests.takeOverdue(KICK_TIMEOUT_MS), [
    { type: "kicked", request: kick, isDone: false },
  ]);
  assertEquals(requests.takeOverdue(Infinity), []);
});

Deno.test("PresenceRequests has room for 1,024 at once", () => {
  const requests = new PresenceRequests();
  for (let count = 0; count < MAX_PRESENCE_REQUESTS; count++) {
    assertEquals(requests.hasRoom, true);
    requests.kick(EAST, 0);
  }
  assertEquals(requests.hasRoom, false);
});

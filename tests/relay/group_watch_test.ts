import { assertEquals } from "@std/assert";
import { GroupWatch } from "../../src/relay/group_watch.ts";
import { UdpSocketError } from "../../src/session/udp_socket.ts";
import { RecordingLogger } from "../support/fault_recording_logger.ts";
import { waitFor } from "../support/wait_for.ts";

/** Watches a group of which each look finds what the list says: a refusal, or whether it was lost. */
async function lookAt(finds: readonly (boolean | "refused")[], isLost = false): Promise<string[]> {
  const logger = new RecordingLogger();
  const left = [...finds];
  await using watch: GroupWatch = new GroupWatch({
    group: "239.1.2.3",
    isLost,
    renew: () => {
      const find = left.shift() ?? false;
      // No look follows on the last one, however long the test takes to see that it was.
      if (left.length === 0) void watch[Symbol.asyncDispose]();
      if (find === "refused") {
        return Promise.reject(new UdpSocketError("Cannot join: no interface"));
      }
      return Promise.resolve(find);
    },
    logger,
    intervalMs: 1,
  });
  await waitFor(() => left.length === 0);
  // What was found last is said a moment later.
  await watch[Symbol.asyncDispose]();
  return logger.lines;
}

const LOST = "warn multicast group lost group=239.1.2.3 reason=cannot join: no interface";
const JOINED = "info multicast group joined again group=239.1.2.3";

Deno.test("GroupWatch says nothing while the relay is a member", async () => {
  assertEquals(await lookAt([false, false, false]), []);
});

Deno.test("GroupWatch says once that the group is lost, and once that it is joined again", async () => {
  assertEquals(await lookAt(["refused", "refused", "refused", true, false]), [LOST, JOINED]);
  assertEquals(await lookAt(["refused", false, false]), [LOST, JOINED], "its interface was down");
  assertEquals(await lookAt([true, true, false]), [JOINED, JOINED]);
});

Deno.test("GroupWatch says nothing of a group that could not be joined from the start", async () => {
  assertEquals(await lookAt(["refused", "refused"], true), []);
  assertEquals(await lookAt(["refused", true], true), [JOINED]);
});

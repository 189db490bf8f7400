import { assertEquals } from "@std/assert";
import { controlEventOf } from "../../src/cli/control_event_of.ts";
import { clientSummary } from "../control/fake_admin.ts";

const client = clientSummary();

Deno.test("controlEventOf() tells a join", () => {
  assertEquals(controlEventOf({ event: "joined", client }), {
    event: "joined",
    id: "pump-3",
    address: "127.0.0.1:5000",
  });
});

Deno.test("controlEventOf() tells a leave and its reason", () => {
  assertEquals(controlEventOf({ event: "left", client, reason: "evicted" }), {
    event: "left",
    id: "pump-3",
    address: "127.0.0.1:5000",
    reason: "evicted",
  });
});

import { assertEquals } from "@std/assert";
import { joinCommand } from "../../../src/dashboard/clients/join_command.ts";
import type { ServerProfile } from "../../../src/watch/feed_event.ts";
import { serverProfile } from "../../support/dashboard_fixture.ts";

const CASES: readonly [Partial<ServerProfile>, string][] = [
  [{}, "hushcast chat --relay 127.0.0.1:47700 --identity SHA256:x"],
  [{ udp: "0.0.0.0:5" }, "hushcast chat --relay edge-7:5 --identity SHA256:x"],
  [{ udp: "[::]:5" }, "hushcast chat --relay edge-7:5 --identity SHA256:x"],
  [{ udp: "[::1]:5" }, "hushcast chat --relay [::1]:5 --identity SHA256:x"],
  [
    { kind: "direct" },
    'hushcast direct-send --server 127.0.0.1:47700 --server-key SHA256:x "hello"',
  ],
];

for (const [fields, command] of CASES) {
  Deno.test(`joinCommand() gives ${command}`, () => {
    assertEquals(joinCommand(serverProfile(fields), "edge-7"), command);
  });
}

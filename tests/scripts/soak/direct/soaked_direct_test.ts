import { assertEquals } from "@std/assert";
import { noteDirectLine, SERVER_NAME } from "../../../../scripts/soak/direct/soaked_direct.ts";
import { writeMessage } from "../../../../scripts/soak/fleet/soak_message.ts";
import { DeliveryLedger } from "../../../../scripts/soak/measures/delivery_ledger.ts";
import { directMessageJson } from "../../../../src/cli/direct_line.ts";

/** What is noted of lines, when `a` has sent two messages: how many came, and what was wrong. */
function noted(...lines: readonly string[]): [number, string[]] {
  const [ledger, troubles] = [new DeliveryLedger(), new Array<string>()];
  ledger.joined(SERVER_NAME);
  for (const number of [1, 2]) ledger.sent("a", number);
  for (const line of lines) {
    noteDirectLine(line, ledger, { trouble: (what) => troubles.push(what) });
  }
  return [ledger.deliveredCount, troubles];
}

function printed(payload: Uint8Array): string {
  const from = { hostname: "127.0.0.1", port: 1 };
  return directMessageJson({
    sender: "127.0.0.1:1",
    from,
    payload,
    signedBy: undefined,
    form: "hybrid",
  });
}

Deno.test("noteDirectLine() notes messages of text and of bytes, and passes over the rest", () => {
  const short = writeMessage({ sender: "a", number: 1, bodyBytes: 0 });
  const bytes = writeMessage({ sender: "a", number: 2, bodyBytes: 500 });
  const joined = '{"type":"joined","id":"127.0.0.1:1","key":"SHA256:x"}';
  assertEquals(noted("hushcast direct ready", printed(short), joined, printed(bytes)), [2, []]);
});

Deno.test("noteDirectLine() tells what is not as it was sent", () => {
  const damaged = writeMessage({ sender: "a", number: 1, bodyBytes: 500 });
  damaged[damaged.byteLength - 1] = (damaged.at(-1) ?? 0) ^ 1;
  const foreign = new TextEncoder().encode("hello");
  assertEquals(noted(printed(damaged), printed(foreign)), [0, [
    "message changed",
    "message foreign",
  ]]);
});

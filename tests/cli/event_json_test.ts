import { assert, assertEquals } from "@std/assert";
import { eventJson } from "../../src/cli/event_json.ts";
import type { RelayClientEvent } from "../../src/client/relay_client_event.ts";

function message(payload: Uint8Array | string, relaySequence?: bigint): RelayClientEvent {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  return { type: "message", sender: "ben", payload: bytes, relaySequence };
}

const RELAY = { hostname: "127.0.0.1", port: 1 };

const rows: [name: string, event: RelayClientEvent, line: string | undefined][] = [
  [
    "a message",
    message("hello", 7n),
    '{"type":"message","sender":"ben","sequence":7,"text":"hello"}',
  ],
  ["a message without number", message(""), '{"type":"message","sender":"ben","text":""}'],
  [
    "bytes that are not UTF-8",
    message(Uint8Array.of(0xff, 0), 8n),
    '{"type":"message","sender":"ben","sequence":8,"base64":"/wA="}',
  ],
  ["a join", { type: "joined", id: "cleo" }, '{"type":"joined","id":"cleo"}'],
  ["a leave", { type: "left", id: "cleo" }, '{"type":"left","id":"cleo"}'],
  ["a notice", { type: "notice", text: "tea" }, '{"type":"notice","text":"tea"}'],
  [
    "messages that are lost",
    { type: "gap", first: 3n, last: 5n },
    '{"type":"gap","first":3,"last":5,"count":3}',
  ],
  ["a new series", { type: "new_series" }, '{"type":"gap","reason":"new_series"}'],
  [
    "nothing for a message that the relay did not acknowledge",
    { type: "not_acknowledged" },
    undefined,
  ],
  ["nothing for a relay without reliable delivery", { type: "unreliable" }, undefined],
  ["nothing for no group delivery", { type: "group_unavailable", reason: "none" }, undefined],
  ["a gap", { type: "overflow", dropped: 3 }, '{"type":"gap","dropped":3}'],
  [
    "nothing for a registration",
    { type: "registered", relay: RELAY, fingerprint: undefined, isReconnect: false },
    undefined,
  ],
  [
    "nothing for a loss",
    { type: "reconnecting", cause: "silence", reason: "", relay: RELAY, next: undefined },
    undefined,
  ],
  ["nothing for a relay without a past", { type: "no_replay" }, undefined],
];

for (const [name, event, line] of rows) {
  Deno.test(`eventJson() prints ${name}`, () => {
    assertEquals(eventJson(event), line);
  });
}

Deno.test("eventJson() keeps exact text on one line that drives no terminal", () => {
  const text = "a\nb\x1b[2J\x9b1m\u2028\u202e\ufeff\ttab";
  const line = eventJson(message(`\ufeff${text}`)) ?? "";
  assert(!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line), line);
  assertEquals(JSON.parse(line).text, `\ufeff${text}`);
});

import { assertEquals } from "@std/assert";
import { clientNote } from "../../src/cli/client_note.ts";
import type { RelayClientEvent } from "../../src/client/relay_client_event.ts";

const RELAY = { hostname: "127.0.0.1", port: 47_700 };
const NEXT = { hostname: "::1", port: 5 };
const SHUT_DOWN = { type: "reconnecting", cause: "shutdown", relay: RELAY } as const;

const rows: [event: RelayClientEvent, note: string | undefined][] = [
  [{ type: "registered", relay: RELAY, fingerprint: undefined, isReconnect: false }, undefined],
  [
    { type: "registered", relay: RELAY, fingerprint: undefined, isReconnect: true },
    "back at relay 127.0.0.1:47700",
  ],
  [
    { type: "reconnecting", cause: "silence", reason: "", relay: RELAY, next: undefined },
    "the relay no longer answers, reconnecting...",
  ],
  [
    {
      type: "reconnecting",
      cause: "silence",
      reason: "its clock is 3600 s ahead of this one's",
      relay: RELAY,
      next: undefined,
    },
    "the relay no longer answers (its clock is 3600 s ahead of this one's), reconnecting...",
  ],
  [
    { ...SHUT_DOWN, reason: "relay is shutting down", next: undefined },
    "the relay has shut down, reconnecting...",
  ],
  [
    { ...SHUT_DOWN, reason: "relay is shutting down: a\nb", next: undefined },
    "the relay has shut down (a\\u000ab), reconnecting...",
  ],
  [
    { type: "reconnecting", cause: "silence", reason: "", relay: RELAY, next: NEXT },
    "relay 127.0.0.1:47700 is silent, trying [::1]:5",
  ],
  [
    { ...SHUT_DOWN, reason: "relay is shutting down: a\nb", next: NEXT },
    "relay 127.0.0.1:47700 has shut down (a\\u000ab), trying [::1]:5",
  ],
  [{ type: "no_replay" }, "this relay keeps no past: only what is said from now on will come"],
  [
    {
      type: "trust",
      news: "first_use",
      relay: "a:1",
      fingerprint: "SHA256:x",
      unsavedBecause: undefined,
    },
    "trusting relay a:1 on first use: SHA256:x",
  ],
  [
    {
      type: "trust",
      news: "first_use",
      relay: "a:1",
      fingerprint: "SHA256:x",
      unsavedBecause: "disk full",
    },
    "trusting relay a:1 on first use: SHA256:x (not remembered: disk full)",
  ],
  [
    {
      type: "trust",
      news: "no_identity",
      relay: "a:1",
      fingerprint: undefined,
      unsavedBecause: undefined,
    },
    "relay a:1 proves no identity: anyone could pose as it",
  ],
  [{ type: "joined", id: "ben" }, undefined],
  [{ type: "gap", first: 7n, last: 7n }, "message 7 is lost: the relay no longer holds it"],
  [
    { type: "gap", first: 7n, last: 2n ** 64n - 1n },
    "18446744073709551609 messages are lost, 7 to 18446744073709551615: " +
    "the relay no longer holds them",
  ],
  [
    { type: "new_series" },
    "the relay counts afresh: messages sent since the last one may be missing",
  ],
  [
    { type: "not_acknowledged" },
    "the relay did not acknowledge a message: the others may not have it",
  ],
  [{ type: "unreliable" }, "this relay does not deliver reliably: messages can be lost"],
  [
    { type: "group_unavailable", reason: "no\nmulticast" },
    "messages come one by one, not by group delivery: no\\u000amulticast",
  ],
  [{ type: "notice", text: "tea" }, undefined],
];

for (const [event, note] of rows) {
  Deno.test(`clientNote() says of ${event.type}: ${note ?? "nothing"}`, () => {
    assertEquals(clientNote(event), note);
  });
}

import { assertEquals } from "@std/assert";
import {
  decodePresence,
  encodePresence,
  isRelayName,
} from "../../../src/cluster/presence/presence_codec.ts";
import {
  MAX_BANS_IN_MESSAGE,
  MAX_CLIENTS_IN_MESSAGE,
  MAX_PRESENCE_BYTES,
  MAX_TEXT_UNITS,
  type PresenceMessage,
  type ToldClient,
} from "../../../src/cluster/presence/presence_message.ts";
import { instanceOf, sessionOf } from "../../support/presence_world.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

const FULL: ToldClient = {
  sessionId: sessionOf(1),
  id: "pump \u{1f600}",
  name: "pump \u{1f600}",
  instance: instanceOf(1),
  address: "[fe80::1%eth0]:5000",
  sinceUnixMs: 1_700_000_000_000,
  token: "pump",
  supersedes: [sessionOf(2), sessionOf(3)],
};

const BARE: ToldClient = {
  sessionId: sessionOf(4),
  id: "192.0.2.1:5",
  name: undefined,
  instance: undefined,
  address: "192.0.2.1:5",
  sinceUnixMs: 0,
  token: undefined,
  supersedes: [],
};

const DIGEST = "0123456789abcdef";

const messages: PresenceMessage[] = [
  { kind: "beat", name: "east", version: 7, count: 3, bans: DIGEST, greets: true },
  {
    kind: "changes",
    first: 1,
    changes: [
      { type: "joined", client: FULL },
      { type: "joined", client: BARE },
      { type: "moved", sessionId: sessionOf(4), address: "192.0.2.1:6" },
      { type: "left", sessionId: sessionOf(1), reason: "timed_out" },
    ],
  },
  { kind: "roster", name: "east", version: 0, part: 1, parts: 2, clients: [FULL, BARE] },
  { kind: "ask", of: sessionOf(9) },
  { kind: "goodbye" },
  { kind: "kick", to: sessionOf(9), request: 4, sessionId: sessionOf(1), reason: "" },
  { kind: "kicked", to: sessionOf(9), request: 4, isDone: true },
  { kind: "broadcast", request: 5, text: "tea\nis ready" },
  { kind: "told", to: sessionOf(9), request: 5, clients: 12 },
  {
    kind: "bans",
    digest: DIGEST,
    records: [
      { kind: "ip", target: "192.0.2.1", sinceUnixMs: 1, untilUnixMs: undefined },
      { kind: "ip", target: "2001:db8:0:1", sinceUnixMs: 1, untilUnixMs: 9 },
      { kind: "name", target: "mallory", liftedUnixMs: 5 },
    ],
  },
];

for (const message of messages) {
  Deno.test(`decodePresence() gives back what encodePresence() made of ${message.kind}`, () => {
    assertEquals(decodePresence(encodePresence(message)), message);
  });
}

function decode(value: unknown): PresenceMessage | undefined {
  return decodePresence(new TextEncoder().encode(JSON.stringify(value)));
}

const refused: { name: string; value: unknown }[] = [
  { name: "no object", value: [1] },
  { name: "nothing", value: null },
  { name: "an object without kind", value: {} },
  { name: "a kind of a later version", value: { kind: "poem", request: 1, to: sessionOf(1) } },
  { name: "a kind that every object has", value: { kind: "constructor" } },
  { name: "a beat without version", value: { kind: "beat", name: "a", count: 0, bans: DIGEST } },
  {
    name: "a beat of a relay whose name steers a terminal",
    value: { kind: "beat", name: "a\x1b", version: 0, count: 0, bans: DIGEST },
  },
  { name: "changes from number 0 on", value: { kind: "changes", first: 0, changes: [] } },
  { name: "changes from a fraction on", value: { kind: "changes", first: 1.5, changes: [] } },
  { name: "changes past what is safe", value: { kind: "changes", first: 2 ** 53, changes: [] } },
  {
    name: "one change too many",
    value: { kind: "changes", first: 1, changes: new Array(MAX_CLIENTS_IN_MESSAGE + 1).fill({}) },
  },
  {
    name: "a part past the last",
    value: { kind: "roster", name: "a", version: 1, part: 2, parts: 2, clients: [] },
  },
  {
    name: "a roster of too many parts",
    value: { kind: "roster", name: "a", version: 1, part: 0, parts: 1_025, clients: [] },
  },
  { name: "an ask of nobody", value: { kind: "ask", of: "east" } },
  {
    name: "a kick of what is no session",
    value: { kind: "kick", to: sessionOf(1), request: 1, sessionId: "amy", reason: "" },
  },
  {
    name: "a broadcast that is too long",
    value: { kind: "broadcast", request: 1, text: "x".repeat(MAX_TEXT_UNITS + 1) },
  },
  {
    name: "more clients told than there are",
    value: { kind: "told", to: sessionOf(1), request: 1, clients: 100_001 },
  },
  {
    name: "one ban too many",
    value: { kind: "bans", digest: DIGEST, records: new Array(MAX_BANS_IN_MESSAGE + 1).fill({}) },
  },
];

for (const { name, value } of refused) {
  Deno.test(`decodePresence() passes over ${name}`, () => {
    assertEquals(decode(value), undefined);
  });
}

const CLIENT = { session: sessionOf(1), address: "192.0.2.1:5", since: 1 };

const unreadable: { name: string; client: unknown }[] = [
  { name: "nothing", client: null },
  { name: "no session id", client: { ...CLIENT, session: "XYZ" } },
  { name: "no address", client: { ...CLIENT, address: "here" } },
  { name: "an address that steers a terminal", client: { ...CLIENT, address: "a\x1b[2J:5" } },
  { name: "an address without end", client: { ...CLIENT, address: `${"a".repeat(200)}:5` } },
  { name: "a time before 1970", client: { ...CLIENT, since: -1 } },
  { name: "a time that no calendar has", client: { ...CLIENT, since: 8.65e15 } },
  { name: "a name that reads as an address", client: { ...CLIENT, name: "192.0.2.9:1" } },
  { name: "a name that is no text", client: { ...CLIENT, name: 5 } },
  { name: "a short instance", client: { ...CLIENT, instance: "00" } },
  { name: "a token that is no name", client: { ...CLIENT, token: "" } },
  {
    name: "too many sessions that it supersedes",
    client: { ...CLIENT, supersedes: new Array(9).fill(sessionOf(1)) },
  },
  { name: "a superseded session that is none", client: { ...CLIENT, supersedes: ["x"] } },
];

for (const { name, client } of unreadable) {
  Deno.test(`decodePresence() counts a client with ${name}, and does not know it`, () => {
    const roster = { kind: "roster", name: "a", version: 1, part: 0, parts: 1 } as const;
    assertEquals(decode({ ...roster, clients: [client] }), { ...roster, clients: [undefined] });
    const changes = { kind: "changes", first: 1 } as const;
    const joined = { type: "joined", client };
    assertEquals(decode({ ...changes, changes: [joined] }), { ...changes, changes: [undefined] });
  });
}

Deno.test("decodePresence() passes over fields of a later version", () => {
  const counts = { version: 1, count: 1, bans: DIGEST, greets: false };
  const beat = { kind: "beat", name: "a", ...counts } as const;
  assertEquals(decode({ ...beat, mood: "good", __proto__: { version: 9 } }), beat);
});

Deno.test("decodePresence() takes it that a client left, whatever the reason is called", () => {
  const left = { type: "left", session: sessionOf(1), reason: "Something New" };
  assertEquals(decode({ kind: "changes", first: 1, changes: [left] }), {
    kind: "changes",
    first: 1,
    changes: [{ type: "left", sessionId: sessionOf(1), reason: "left" }],
  });
});

const badBans = [
  null,
  {},
  { ip: "192.0.2.0/24", since: 1 },
  { ip: 5, since: 1 },
  { name: "", since: 1 },
  { name: "x".repeat(129), since: 1 },
  { name: "amy" },
  { name: "amy", since: "yesterday" },
  { name: "amy", since: 1, until: "tomorrow" },
  { name: "amy", lifted: -1 },
];
for (const record of badBans) {
  Deno.test(`decodePresence() leaves out the record ${JSON.stringify(record).slice(0, 60)}`, () => {
    const bans = decode({ kind: "bans", digest: DIGEST, records: [record] });
    assertEquals(bans, { kind: "bans", digest: DIGEST, records: [] });
  });
}

Deno.test("encodePresence() stays within the bound with the largest clients and bans that there are", () => {
  const name = '"'.repeat(64);
  const client: ToldClient = {
    ...FULL,
    id: name,
    name,
    token: name,
    address: `[fe80::1%${"z".repeat(80)}]:65535`,
    sinceUnixMs: Date.UTC(9999, 1),
    supersedes: new Array(8).fill(sessionOf(1)),
  };
  const clients = new Array(MAX_CLIENTS_IN_MESSAGE).fill(client);
  const roster: PresenceMessage = {
    kind: "roster",
    name: "a".repeat(100),
    version: Number.MAX_SAFE_INTEGER,
    part: 0,
    parts: 1,
    clients,
  };
  const changes: PresenceMessage = {
    kind: "changes",
    first: 1,
    changes: clients.map((client) => ({ type: "joined", client })),
  };
  const record = {
    kind: "name",
    target: "\u0001".repeat(128),
    liftedUnixMs: Date.UTC(9999, 1),
  } as const;
  const records = new Array(MAX_BANS_IN_MESSAGE).fill(record);
  for (const message of [roster, changes, { kind: "bans", digest: DIGEST, records } as const]) {
    const payload = encodePresence(message);
    assertEquals(payload.byteLength < MAX_PRESENCE_BYTES, true, `${payload.byteLength} bytes`);
    assertEquals(decodePresence(payload), message);
  }
});

Deno.test("decodePresence() passes over what is too long, before it reads it", () => {
  const goodbye = new TextEncoder().encode('{"kind":"goodbye"}');
  const padded = (bytes: number) => {
    const payload = new Uint8Array(bytes).fill(0x20);
    payload.set(goodbye);
    return payload;
  };
  assertEquals(decodePresence(padded(MAX_PRESENCE_BYTES)), { kind: "goodbye" });
  assertEquals(decodePresence(padded(MAX_PRESENCE_BYTES + 1)), undefined);
});

Deno.test("decodePresence() returns on any bytes at all", () => {
  const random = new SeededRandom(8);
  const nested = new TextEncoder().encode("[".repeat(MAX_PRESENCE_BYTES));
  assertEquals(decodePresence(nested), undefined);
  for (let round = 0; round < 3_000; round++) {
    const message = messages[random.below(messages.length)];
    const payload = message === undefined ? new Uint8Array() : encodePresence(message);
    for (let flips = 1 + random.below(4); flips > 0; flips--) {
      payload[random.below(payload.byteLength)] = random.below(256);
    }
    decodePresence(payload.subarray(0, random.below(payload.byteLength + 1)));
    decodePresence(payload);
    decodePresence(random.bytes(random.below(40)));
  }
});

Deno.test("isRelayName() is true for 1 to 100 characters that steer nothing", () => {
  const names = ["a", "10.0.0.1:47700", "pump \u{1f600}", "a".repeat(100)];
  assertEquals(names.map(isRelayName), [true, true, true, true]);
  const others = ["", "a\n", "a\u2028", "a\u202e", "a".repeat(101)];
  assertEquals(others.map(isRelayName), [false, false, false, false, false]);
});

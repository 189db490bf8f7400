import { assert, assertEquals } from "@std/assert";
import { type SealedContent, SealedReader } from "../../src/client/sealed_content.ts";
import { encodeAck } from "../../src/wire/ack.ts";
import { encodeFragmentNack } from "../../src/wire/fragment_nack.ts";
import { encodeGroupKey } from "../../src/wire/group_key.ts";
import { encodeRegistrationAccepted } from "../../src/wire/registration_accepted.ts";
import { encodeSequenceRanges } from "../../src/wire/sequence_ranges.ts";
import { DEFAULT_TLV_TYPES, tlvTypesWith } from "../../src/wire/tlv_types.ts";
import type { Tlv } from "../../src/wire/tlv.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { namedTlv } from "../support/named_tlv.ts";

const ACCEPTED = {
  sessionId: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  keepAliveSeconds: 20,
  clientTimeoutSeconds: 60,
  features: 1,
  latestRelaySequence: 9n,
};

const GROUP_KEY = {
  epoch: 3,
  key: new Uint8Array(32).fill(7),
  address: { hostname: "239.255.77.77", port: 47_701 },
};

const rows: { name: string; tlvs: Tlv[]; contents: SealedContent[] }[] = [
  { name: "nothing in an empty token", tlvs: [], contents: [] },
  {
    name: "a message",
    tlvs: [
      namedTlv("SENDER_ID", "ben"),
      namedTlv("RELAY_SEQUENCE", encodeU64(7n)),
      namedTlv("MESSAGE", "hello"),
    ],
    contents: [{
      type: "message",
      sender: "ben",
      relaySequence: 7n,
      payload: new TextEncoder().encode("hello"),
    }],
  },
  {
    name: "a message in several TLVs, once",
    tlvs: [namedTlv("MESSAGE", "hel"), namedTlv("SENDER_ID", "ben"), namedTlv("MESSAGE", "lo")],
    contents: [{
      type: "message",
      sender: "ben",
      relaySequence: undefined,
      payload: new TextEncoder().encode("hello"),
    }],
  },
  {
    name: "no number in a RELAY_SEQUENCE of 3 bytes",
    tlvs: [
      namedTlv("SENDER_ID", "ben"),
      namedTlv("RELAY_SEQUENCE", "abc"),
      namedTlv("MESSAGE"),
    ],
    contents: [{
      type: "message",
      sender: "ben",
      relaySequence: undefined,
      payload: new Uint8Array(),
    }],
  },
  {
    name: "a message without sender as malformed",
    tlvs: [namedTlv("MESSAGE", "hello")],
    contents: [{ type: "malformed" }],
  },
  {
    name: "joins, leaves and notices in their order",
    tlvs: [
      namedTlv("NOTIFY_DISCONNECT", "a"),
      namedTlv("SERVER_NOTICE", "b"),
      namedTlv("NOTIFY_CONNECT", "c"),
    ],
    contents: [{ type: "left", id: "a" }, { type: "notice", text: "b" }, {
      type: "joined",
      id: "c",
    }],
  },
  {
    name: "text that is not UTF-8 with replacement characters",
    tlvs: [namedTlv("NOTIFY_CONNECT", Uint8Array.of(0x61, 0xff))],
    contents: [{ type: "joined", id: "a\ufffd" }],
  },
  {
    name: "DISCONNECT and KEEP_ALIVE_REPLY",
    tlvs: [namedTlv("DISCONNECT", "bye"), namedTlv("KEEP_ALIVE_REPLY", encodeU64(1n))],
    contents: [{ type: "disconnect", reason: "bye" }, { type: "keep_alive_reply", latest: 1n }],
  },
  {
    name: "a KEEP_ALIVE_REPLY of a wrong length without its number",
    tlvs: [namedTlv("KEEP_ALIVE_REPLY", "abc")],
    contents: [{ type: "keep_alive_reply", latest: undefined }],
  },
  {
    name: "ACK",
    tlvs: [namedTlv("ACK", encodeAck({ clientSequence: 3n, relaySequence: 9n }))],
    contents: [{ type: "ack", ack: { clientSequence: 3n, relaySequence: 9n } }],
  },
  {
    name: "several LOST",
    tlvs: [
      namedTlv("LOST", encodeSequenceRanges([{ first: 1n, last: 4n }])),
      namedTlv("LOST", encodeSequenceRanges([{ first: 7n, last: 7n }])),
    ],
    contents: [
      { type: "lost", range: { first: 1n, last: 4n } },
      { type: "lost", range: { first: 7n, last: 7n } },
    ],
  },
  {
    name: "REGISTRATION_ACCEPTED with the SERIES_ID beside it",
    tlvs: [
      namedTlv("REGISTRATION_ACCEPTED", encodeRegistrationAccepted(ACCEPTED)),
      namedTlv("SERIES_ID", Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)),
    ],
    contents: [{
      type: "registration_accepted",
      accepted: ACCEPTED,
      seriesId: "0102030405060708",
      replayFrom: undefined,
    }],
  },
  {
    name: "REGISTRATION_ACCEPTED with the REPLAY_FROM beside it",
    tlvs: [
      namedTlv("REPLAY_FROM", encodeU64(0xffff_ffff_ffff_fff0n)),
      namedTlv("REGISTRATION_ACCEPTED", encodeRegistrationAccepted(ACCEPTED)),
    ],
    contents: [{
      type: "registration_accepted",
      accepted: ACCEPTED,
      seriesId: undefined,
      replayFrom: 0xffff_ffff_ffff_fff0n,
    }],
  },
  {
    name: "no past in a REPLAY_FROM of 7 bytes, and none in one that stands alone",
    tlvs: [
      namedTlv("REPLAY_FROM", "1234567"),
      namedTlv("REGISTRATION_ACCEPTED", encodeRegistrationAccepted(ACCEPTED)),
    ],
    contents: [{
      type: "registration_accepted",
      accepted: ACCEPTED,
      seriesId: undefined,
      replayFrom: undefined,
    }],
  },
  {
    name: "no series in a SERIES_ID of 7 bytes",
    tlvs: [
      namedTlv("SERIES_ID", "1234567"),
      namedTlv("REGISTRATION_ACCEPTED", encodeRegistrationAccepted(ACCEPTED)),
    ],
    contents: [{
      type: "registration_accepted",
      accepted: ACCEPTED,
      seriesId: undefined,
      replayFrom: undefined,
    }],
  },
  {
    name: "FRAGMENT_NACK",
    tlvs: [namedTlv("FRAGMENT_NACK", encodeFragmentNack({ messageId: 9, missing: [1, 2] }))],
    contents: [{ type: "fragment_nack", nack: { messageId: 9, missing: [1, 2] } }],
  },
  {
    name: "fields of a wrong length as malformed",
    tlvs: [
      namedTlv("FRAGMENT_NACK", "abc"),
      namedTlv("REGISTRATION_ACCEPTED", "abc"),
      namedTlv("ACK", "abc"),
      namedTlv("LOST", "abc"),
      namedTlv("GROUP_KEY", "abc"),
    ],
    contents: Array.from({ length: 5 }, () => ({ type: "malformed" as const })),
  },
  {
    name: "types of no table as unknown, and those of other features not at all",
    tlvs: [
      { type: 0x9999, value: new Uint8Array() },
      namedTlv("AUTH_TOKEN"),
      namedTlv("SERIES_ID"),
    ],
    contents: [{ type: "unknown_tlv" }],
  },
  {
    name: "GROUP_KEY with the SENDER_ID beside it, which is no message",
    tlvs: [
      namedTlv("KEEP_ALIVE_REPLY", encodeU64(9n)),
      namedTlv("GROUP_KEY", encodeGroupKey(GROUP_KEY)),
      namedTlv("SENDER_ID", "ada"),
    ],
    contents: [
      { type: "keep_alive_reply", latest: 9n },
      { type: "group_key", groupKey: GROUP_KEY, ownId: "ada" },
    ],
  },
  {
    name: "GROUP_KEY without a SENDER_ID",
    tlvs: [namedTlv("GROUP_KEY", encodeGroupKey(GROUP_KEY))],
    contents: [{ type: "group_key", groupKey: GROUP_KEY, ownId: undefined }],
  },
];

for (const { name, tlvs, contents } of rows) {
  Deno.test(`SealedReader.read() reads ${name}`, () => {
    assertEquals(new SealedReader(DEFAULT_TLV_TYPES).read(tlvs), contents);
  });
}

Deno.test("SealedReader.read() goes by the table in use", () => {
  const reader = new SealedReader(tlvTypesWith({ SERVER_NOTICE: 0x0777 }));
  const value = new TextEncoder().encode("tea");
  assertEquals(reader.read([{ type: 0x0777, value }]), [{ type: "notice", text: "tea" }]);
  assertEquals(reader.read([namedTlv("SERVER_NOTICE", "tea")]), [{ type: "unknown_tlv" }]);
});

Deno.test("SealedReader.read() gives a payload that shares no memory", () => {
  const value = new TextEncoder().encode("hello");
  const [content] = new SealedReader(DEFAULT_TLV_TYPES).read([
    namedTlv("SENDER_ID", "ben"),
    namedTlv("MESSAGE", value),
  ]);
  assert(content?.type === "message");
  value.fill(0);
  assertEquals(new TextDecoder().decode(content.payload), "hello");
});

Deno.test("SealedReader.readGroup() reads messages, joins and leaves, and nothing that is the relay's to say", () => {
  const reader = new SealedReader(DEFAULT_TLV_TYPES);
  const said = reader.readGroup([
    namedTlv("SENDER_ID", "ben"),
    namedTlv("RELAY_SEQUENCE", encodeU64(7n)),
    namedTlv("MESSAGE", "hello"),
    namedTlv("NOTIFY_CONNECT", "cleo"),
    namedTlv("NOTIFY_DISCONNECT", "cleo"),
    { type: 0x9999, value: new Uint8Array() },
  ]);
  assertEquals(said.map(({ type }) => type), ["message", "joined", "left", "unknown_tlv"]);
  const forged = reader.readGroup([
    namedTlv("SERVER_NOTICE", "I am the operator"),
    namedTlv("DISCONNECT", "bye"),
    namedTlv("KEEP_ALIVE_REPLY", encodeU64(9n)),
    namedTlv("ACK", encodeAck({ clientSequence: 3n, relaySequence: 9n })),
    namedTlv("LOST", encodeSequenceRanges([{ first: 1n, last: 4n }])),
    namedTlv("FRAGMENT_NACK", encodeFragmentNack({ messageId: 9, missing: [1] })),
    namedTlv("GROUP_KEY", encodeGroupKey(GROUP_KEY)),
    namedTlv("REGISTRATION_ACCEPTED", encodeRegistrationAccepted(ACCEPTED)),
  ]);
  assertEquals(forged, Array.from({ length: 8 }, () => ({ type: "unexpected" as const })));
});

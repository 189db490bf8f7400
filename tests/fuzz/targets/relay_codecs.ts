import { concat } from "@std/bytes";
import { decodePresence, encodePresence } from "../../../src/cluster/presence/presence_codec.ts";
import { decodeSaid, encodeSaid } from "../../../src/cluster/said_message.ts";
import { decodeAck, encodeAck } from "../../../src/wire/ack.ts";
import { decodeClientHello, encodeClientHello } from "../../../src/wire/client_hello.ts";
import { decodeClientInstance } from "../../../src/wire/client_instance.ts";
import { decodeClientName } from "../../../src/wire/client_name.ts";
import { decodeFirstSent, encodeFirstSent } from "../../../src/wire/first_sent.ts";
import { decodeFragment, encodeFragmentDatagram } from "../../../src/wire/fragment.ts";
import { decodeFragmentNack, encodeFragmentNack } from "../../../src/wire/fragment_nack.ts";
import { decodeGroupFrame, groupFramePrefix } from "../../../src/wire/group_frame.ts";
import { decodeGroupKey, encodeGroupKey } from "../../../src/wire/group_key.ts";
import { decodeHybridKey, encodeHybridKey } from "../../../src/wire/hybrid_key.ts";
import { decodeMessagePart, encodeMessagePart } from "../../../src/wire/message_part.ts";
import {
  decodeRegistrationAccepted,
  encodeRegistrationAccepted,
} from "../../../src/wire/registration_accepted.ts";
import { decodeReplay, encodeReplay } from "../../../src/wire/replay.ts";
import { decodeSequenceRanges, encodeSequenceRanges } from "../../../src/wire/sequence_ranges.ts";
import { decodeServerIdentity, encodeServerIdentity } from "../../../src/wire/server_identity.ts";
import { decodeTlvs, encodeTlvs, TLV_HEADER_BYTES } from "../../../src/wire/tlv.ts";
import { decodeU64, encodeU64 } from "../../../src/wire/u64.ts";

/** Something that is written one way, and read whatever it is. */
export interface FuzzedCodec {
  /** Bytes that may follow and are passed over, so that later versions can append to it. */
  readonly isOpen?: boolean;
  /**
   * Whether there are other bytes for the same value; as a rule there are none, since what can be
   * written in two ways can be told apart by nobody but a hostile one.
   */
  readonly isLoose?: boolean;
  /** Reads bytes, and writes what they mean; `undefined` when they mean nothing. */
  rewrite(bytes: Uint8Array): Uint8Array | undefined;
}

function codec<Value>(
  decode: (bytes: Uint8Array) => Value | undefined,
  encode: (value: Value) => Uint8Array,
  kind: Pick<FuzzedCodec, "isOpen" | "isLoose"> = {},
): FuzzedCodec {
  return {
    ...kind,
    rewrite: (bytes) => {
      const value = decode(bytes);
      return value === undefined ? undefined : encode(value);
    },
  };
}

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Every codec of the wire and of a cluster, by name. */
export const FUZZED_CODECS: Readonly<Record<string, FuzzedCodec>> = {
  tlvs: codec(decodeTlvs, encodeTlvs),
  u64: codec(decodeU64, encodeU64),
  ack: codec(decodeAck, encodeAck),
  client_hello: codec(decodeClientHello, encodeClientHello, { isOpen: true }),
  client_instance: codec(decodeClientInstance, (text) => Uint8Array.fromHex(text)),
  client_name: codec(decodeClientName, utf8),
  first_sent: codec(decodeFirstSent, encodeFirstSent),
  fragment: codec(
    decodeFragment,
    (fragment) => encodeFragmentDatagram(5, fragment).subarray(TLV_HEADER_BYTES),
  ),
  fragment_nack: codec(decodeFragmentNack, encodeFragmentNack),
  group_frame: codec(
    decodeGroupFrame,
    ({ epoch, rest }) => concat([groupFramePrefix(epoch), rest]),
  ),
  group_key: codec(decodeGroupKey, encodeGroupKey),
  hybrid_key: codec(decodeHybridKey, encodeHybridKey),
  message_part: codec(decodeMessagePart, encodeMessagePart),
  registration_accepted: codec(decodeRegistrationAccepted, encodeRegistrationAccepted, {
    isOpen: true,
  }),
  replay: codec(decodeReplay, encodeReplay),
  sequence_ranges: codec(decodeSequenceRanges, encodeSequenceRanges),
  server_identity: codec(decodeServerIdentity, encodeServerIdentity),
  said: codec(decodeSaid, encodeSaid),
  presence: codec(decodePresence, encodePresence, { isLoose: true }),
};

import { assertEquals } from "@std/assert";
import { outgoingMessage } from "../../src/client/outgoing_message.ts";
import type { RelayClientCoreOptions } from "../../src/client/relay_client_core_options.ts";
import { MAX_FRAGMENTS } from "../../src/wire/fragment.ts";
import { joinMessage } from "../../src/wire/message.ts";
import { decodeTlvs } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { assertThrowsWithCode } from "../support/assert_code.ts";
import { RELAY } from "../support/client_world.ts";

function options(overrides: Partial<RelayClientCoreOptions>): RelayClientCoreOptions {
  return {
    types: DEFAULT_TLV_TYPES,
    targets: [{ kind: "relay", endpoint: RELAY }],
    name: undefined,
    token: undefined,
    reliable: false,
    replay: undefined,
    groupDelivery: false,
    timeoutMs: 1,
    reconnectTimeoutMs: 1,
    maxMessageBytes: 1024,
    maxMessageAgeSeconds: 60,
    fragmentTimeoutMs: 1,
    datagramBudgetBytes: 1_200,
    messageRate: { burst: 1, perSecond: 1 },
    randomBytes: (count) => new Uint8Array(count),
    random: () => 0,
    ...overrides,
  };
}

for (const bytes of [0, 1, 65_535, 65_536, 200_000]) {
  Deno.test(`outgoingMessage() wraps ${bytes} bytes`, () => {
    const payload = new Uint8Array(bytes).fill(7);
    const message = outgoingMessage(1, payload, options({ maxMessageBytes: 200_000 }));
    const tlvs = decodeTlvs(message.plaintext);
    assertEquals(joinMessage(DEFAULT_TLV_TYPES.MESSAGE, tlvs), payload);
  });
}

Deno.test("outgoingMessage() takes max_message and refuses one byte more", () => {
  outgoingMessage(1, new Uint8Array(1024), options({}));
  assertThrowsWithCode(
    () => outgoingMessage(1, new Uint8Array(1025), options({})),
    "MESSAGE_TOO_LARGE",
  );
});

Deno.test("outgoingMessage() takes what 65,535 datagrams hold and refuses more", () => {
  const chunkBytes = 1;
  const small = options({ maxMessageBytes: Infinity, datagramBudgetBytes: 12 + chunkBytes });
  // A token of 65,532 bytes has 49,092 bytes of ciphertext after its header and HMAC: 3,068 blocks.
  const fits = Math.floor((MAX_FRAGMENTS * 3 / 4 - 57) / 16) * 16 - 1 - 4;
  outgoingMessage(1, new Uint8Array(fits), small);
  assertThrowsWithCode(
    () => outgoingMessage(1, new Uint8Array(fits + 16), small),
    "MESSAGE_TOO_LARGE",
  );
});

Deno.test("outgoingMessage() leaves room for the numbers that reliable delivery adds", () => {
  const fits = Math.floor((MAX_FRAGMENTS * 3 / 4 - 57) / 16) * 16 - 1 - 4 - 12 - 20;
  const small = options({ maxMessageBytes: Infinity, datagramBudgetBytes: 13, reliable: true });
  outgoingMessage(1, new Uint8Array(fits), small);
  assertThrowsWithCode(
    () => outgoingMessage(1, new Uint8Array(fits + 16), small),
    "MESSAGE_TOO_LARGE",
  );
});

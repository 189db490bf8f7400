/**
 * The hushcast client library: join a relay, send messages to all other clients, read theirs.
 *
 * ```ts
 * import { RelayClient } from "@hushcast/hushcast/client";
 *
 * async function talk(relay: string): Promise<void> {
 *   await using client = await RelayClient.connect({ relay, name: "ada" });
 *   await client.send("Hello, everyone");
 *   for await (const { sender, payload } of client.messages()) {
 *     console.info(`${sender}: ${new TextDecoder().decode(payload)}`);
 *   }
 * }
 * ```
 *
 * `DirectClient` is the client of the other system, the direct server: it sends messages to that
 * server alone, and `send` ends when they are acknowledged.
 *
 * `docs/LIBRARY.md` says more.
 *
 * @module
 */

export { RsaKeyError, type RsaKeyErrorCode, type RsaModulusBits } from "../crypto/rsa.ts";
export { type KeptRsaPrivateKey, RsaPrivateKey } from "../crypto/rsa_private_key.ts";
export { HushcastError } from "../errors.ts";
export { type EventLogger, type LogFields, type LogValue } from "../observe/event_logger.ts";
export type { Endpoint } from "../session/endpoint.ts";
export type { TokenBucketRate } from "../session/token_bucket.ts";
export { UdpSocketError } from "../session/udp_socket.ts";
export { StateFileError } from "../settings/state_file.ts";
export { ClientNameError } from "../wire/client_name.ts";
export { DEFAULT_TLV_TYPES, type TlvName, type TlvTypes } from "../wire/tlv_types.ts";
export { DirectClient, type DirectSendOptions } from "./direct/direct_client.ts";
export { DirectClientError, type DirectClientErrorCode } from "./direct/direct_client_error.ts";
export type { DirectClientOptions } from "./direct/direct_client_options.ts";
export type { DirectSendProgress } from "./direct/direct_pending_sends.ts";
export type { SendOptions, SendProgress } from "./pending_sends.ts";
export { RelayClient } from "./relay_client.ts";
export { RelayClientError, type RelayClientErrorCode } from "./relay_client_error.ts";
export type {
  LostCause,
  OverflowEvent,
  RelayClientEvent,
  SessionEvent,
  TrustEvent,
} from "./relay_client_event.ts";
export type { RelayClientOptions, RelayLocation, ReplayOptions } from "./relay_client_options.ts";
export {
  type IdentityDispute,
  type IdentityPlace,
  RelayIdentityError,
} from "./relay_identity_error.ts";
export { RelayRefusalError } from "./relay_refusal_error.ts";
export type { RelayedMessage } from "./sealed_content.ts";

/**
 * The hushcast direct server as a library: take messages under RSA-4096, and answer them.
 *
 * ```ts
 * import { DirectServer } from "@hushcast/hushcast/direct";
 *
 * async function printMessages(): Promise<void> {
 *   await using server = await DirectServer.start({ port: 47710 });
 *   console.info(`clients can pin ${server.fingerprint}`);
 *   for await (const { sender, payload } of server.messages()) {
 *     console.info(`${sender}: ${new TextDecoder().decode(payload)}`);
 *     await server.sendTo(sender, "thank you");
 *   }
 * }
 * ```
 *
 * `docs/LIBRARY.md` says more; `DirectClient` is in `@hushcast/hushcast/client`.
 *
 * @module
 */

export type { RsaModulusBits } from "../crypto/rsa.ts";
export { HushcastError } from "../errors.ts";
export { type EventLogger, type LogFields, type LogValue } from "../observe/event_logger.ts";
export type { RsaOperation, RsaTimeListener } from "../observe/rsa_meter.ts";
export type { ClientSummary } from "../session/client_summary.ts";
export type { Endpoint } from "../session/endpoint.ts";
export { UdpSocketError } from "../session/udp_socket.ts";
export { StateFileError } from "../settings/state_file.ts";
export { StateInUseError } from "../settings/state_lock.ts";
export type { DirectRemovalReason } from "./direct_effects.ts";
export {
  type DirectClientEvent,
  type DirectMessage,
  DirectServer,
  type DirectServerOptions,
} from "./direct_server.ts";
export { DirectServerError, type DirectServerErrorCode } from "./direct_server_error.ts";
export type { DirectStatistics } from "./direct_statistics.ts";

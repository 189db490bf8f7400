import { RsaPrivateKey } from "../crypto/rsa_private_key.ts";
import { type EventLogger, silentLogger } from "../observe/event_logger.ts";
import { unixSeconds } from "../session/instant.ts";
import type { Instant } from "../session/instant.ts";
import { readClocks } from "../session/read_clocks.ts";
import { UdpSocket } from "../session/udp_socket.ts";
import { StateLock } from "../settings/state_lock.ts";
import { DEFAULT_TLV_TYPES } from "../wire/tlv_types.ts";
import { ClientKeeper } from "./client_keeper.ts";
import type { DirectOptions } from "./direct_options.ts";
import type { DirectServerOptions } from "./direct_server_options.ts";
import { loadServerKey } from "./server_key_file.ts";

/** The key that a server starts with, and since when tokens are taken. */
export interface KeyAtStart {
  readonly key: RsaPrivateKey;
  /** See `DirectOptions`. */
  readonly notBeforeUnixSeconds: number;
}

/** What a server is made of. */
export interface ServerParts extends KeyAtStart {
  readonly socket: UdpSocket;
  /** Keeps the clients' keys; `undefined` without a state directory. */
  readonly keeper: ClientKeeper | undefined;
}

/**
 * Opens the socket and the state directory, from which another direct server is kept out.
 *
 * @param options What the user has set.
 * @returns The parts, which belong to the caller; closing the keeper lets another server in.
 * @throws {StateInUseError} If another direct server runs in the state directory.
 * @throws {UdpSocketError} If it can't listen.
 * @throws {StateFileError} If the state directory can't be read or written.
 * @throws {DirectServerError} `KEY_FILE` or `CLIENTS_FILE` if what is kept there can't be used.
 */
export async function openServerParts(options: DirectServerOptions): Promise<ServerParts> {
  await using stack = new AsyncDisposableStack();
  const { bind = "127.0.0.1", port = 0, stateDirectory, logger = silentLogger } = options;
  // Before the port is asked for: a server that shuts down lets go of both, of this one last.
  const lock = stateDirectory === undefined
    ? undefined
    : stack.use(await StateLock.take(stateDirectory, { server: "direct server", logger }));
  const socket = stack.use(UdpSocket.open({ hostname: bind, port }));
  const key = await openServerKey(options, logger, readClocks());
  const keeper = stateDirectory === undefined
    ? undefined
    : await ClientKeeper.open(stateDirectory, logger, lock);
  lock?.warnIfUnlocked(logger);
  stack.move();
  return { ...key, socket, keeper };
}

/** What a core is told that the user of a server can set. */
export type ProtocolOptions = Omit<
  DirectOptions,
  "serverKey" | "rsaConcurrency" | "notBeforeUnixSeconds" | "randomBytes" | "readerHasRoom"
>;

/**
 * Fills in the defaults of what the user has left out.
 *
 * @param options What the user has set.
 */
export function protocolOptions(options: DirectServerOptions): ProtocolOptions {
  return {
    types: DEFAULT_TLV_TYPES,
    clientTimeoutMs: options.clientTimeoutMs ?? 3_600_000,
    fragmentTimeoutMs: options.fragmentTimeoutMs ?? 10_000,
    maxMessageAgeSeconds: options.maxMessageAgeSeconds ?? 60,
    maxMessageBytes: options.maxMessageBytes ?? 1024 ** 2,
    maxTransferBytes: options.maxTransferBytes ?? 64 * 1024 ** 2,
    maxClients: options.maxClients ?? 10_000,
    maxFragmentBytes: options.maxFragmentBytes ?? 490,
  };
}

/**
 * Makes the server's RSA key, or reads the one that is kept.
 *
 * @param options Where it is kept, and how long a new one is.
 * @param logger Told of a new key, and of one of another length than asked for.
 * @param now The moment.
 * @throws {StateFileError} If the state directory can't be read or written.
 * @throws {DirectServerError} `KEY_FILE` if what is kept there can't be used.
 */
async function openServerKey(
  { stateDirectory, rsaBits = 4096 }: DirectServerOptions,
  logger: EventLogger,
  now: Instant,
): Promise<KeyAtStart> {
  const noteMaking = () => logger.info("making an rsa key", { bits: rsaBits });
  if (stateDirectory === undefined) {
    noteMaking();
    return { key: await RsaPrivateKey.generate(rsaBits), notBeforeUnixSeconds: 0 };
  }
  const { key, path, isNew } = await loadServerKey(stateDirectory, rsaBits, noteMaking);
  if (isNew) logger.info("rsa key created", { path, key: key.fingerprint });
  if (key.modulusBits !== rsaBits) {
    const fields = { path, bits: key.modulusBits, wanted: rsaBits };
    logger.warn("the kept rsa key has another length", fields);
  }
  return { key, notBeforeUnixSeconds: isNew ? 0 : unixSeconds(now) };
}

import type { HistoryStore } from "../history/history.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import type { RelaySettings } from "../settings/command_settings.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import type { ClusterMember } from "./cluster_member.ts";
import { historyLimits, openOwnHistory } from "./open_history.ts";
import type { RelayAccess } from "./relay_access.ts";

/** What a relay stands on: where messages are kept and, in a cluster, the other relays. */
export interface RelayBackend extends AsyncDisposable {
  readonly history: HistoryStore;
  /** Its part in a cluster; `undefined` when it works alone. */
  readonly member: ClusterMember | undefined;
}

/** What a backend is opened with. */
export interface RelayBackendParts {
  readonly types: TlvTypes;
  readonly access: RelayAccess;
  readonly logger: EventLogger;
  /** Ends the joining of a cluster early. */
  readonly signal: AbortSignal;
}

/**
 * Opens the history of a relay, or joins its cluster.
 *
 * @param settings What the operator wants; `historyPlace` has found no fault with it.
 * @param parts What it is opened with.
 * @returns The backend, owned by the caller.
 * @throws What `openOwnHistory` and `ClusterMember.join` throw.
 */
export async function openRelayBackend(
  settings: RelaySettings,
  { types, access, logger, signal }: RelayBackendParts,
): Promise<RelayBackend> {
  const { cluster } = settings;
  if (cluster === undefined) {
    const history = await openOwnHistory(settings, types, logger);
    return {
      history,
      member: undefined,
      [Symbol.asyncDispose]: () => history[Symbol.asyncDispose](),
    };
  }
  // Only now: a relay that works alone need not load what speaks with NATS.
  const { ClusterMember } = await import("./cluster_member.ts");
  const { bans, lifted } = access;
  const limits = historyLimits(settings);
  const member = await ClusterMember.join({
    settings: { ...settings, cluster },
    types,
    limits,
    bans,
    lifted,
    logger,
    signal,
  });
  return {
    history: member.history,
    member,
    [Symbol.asyncDispose]: () => member[Symbol.asyncDispose](),
  };
}

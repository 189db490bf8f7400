import { datagramStatistics } from "../observe/datagram_statistics.ts";
import type { RelayState } from "./relay_state.ts";

/** Counters by name, nested by topic; times and sizes have their unit in the name. */
export interface RelayStatistics {
  readonly [name: string]: number | RelayStatistics;
}

/**
 * The counters of a relay under the stable names that operators see.
 *
 * @param state The relay's state.
 * @param pending Registrations that wait for RSA or are at it.
 * @returns A new tree.
 */
export function relayStatistics(state: RelayState, pending: number): RelayStatistics {
  const { counters, registry, pool, reliablePeers, history, relaySequence, group, options } = state;
  return {
    clients: registry.size,
    max_clients: options.maxClients,
    registrations: {
      accepted: counters.accepted,
      replaced: counters.replaced,
      rejected: counters.rejected,
      waiting: pending,
      rsa_operations: counters.rsaOperations,
      cookies: counters.cookiesOut,
      moved: counters.moved,
    },
    messages: {
      in: counters.messagesIn,
      bytes_in: counters.messageBytesIn,
      out: counters.deliveries,
      bytes_out: counters.deliveryBytes,
    },
    deliveries: counters.deliveries,
    relay_sequence: Number(relaySequence),
    datagrams: datagramStatistics(counters),
    fragments: {
      in: counters.fragmentsIn,
      reassembled: counters.reassembled,
      unfinished_bytes: pool.chargedBytes,
      nacks_in: counters.fragmentNacksIn,
      nacks_out: counters.fragmentNacksOut,
      resent: counters.fragmentsResent,
    },
    reliable: {
      acks: counters.acksOut,
      acks_repeated: counters.acksRepeated,
      nacks: counters.nacksIn,
      resent: counters.messagesResent,
      lost: counters.sequencesLost,
      held_bytes: reliablePeers.pool.chargedBytes,
    },
    history: {
      messages: history.messages,
      max_messages: history.limits.maxMessages,
      bytes: history.bytes,
      max_bytes: history.limits.maxBytes,
      max_age_seconds: (history.limits.maxAgeMs ?? 0) / 1000,
      oldest: Number(history.oldest),
      newest: Number(history.newest),
      waiting: history.waiting,
      is_troubled: history.trouble === undefined ? 0 : 1,
    },
    group: {
      epoch: group.keys.epoch,
      members: group.members.size,
      messages: counters.groupMessages,
      keys: counters.groupKeys,
    },
    unknown_tlv: counters.unknownTlvs,
    drops: { ...counters.drops },
  };
}

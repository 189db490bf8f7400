import { datagramStatistics } from "../observe/datagram_statistics.ts";
import type { Answers } from "./answers.ts";
import type { DirectState } from "./direct_state.ts";
import type { Openings } from "./openings.ts";

/** Counters by name, nested by topic; times and sizes have their unit in the name. */
export interface DirectStatistics {
  /** A counter, or counters that belong together. */
  readonly [name: string]: number | DirectStatistics;
}

/**
 * The counters of a direct server under the stable names that operators see.
 *
 * @param state The server's state.
 * @param openings Who opens messages.
 * @param answers Who answers them.
 * @returns A new tree.
 */
export function directStatistics(
  state: DirectState,
  openings: Openings,
  answers: Answers,
): DirectStatistics {
  const { counters, peers, work, clientPool, strangerPool, options } = state;
  return {
    clients: peers.clientCount,
    max_clients: options.maxClients,
    strangers: peers.strangerCount,
    keys: {
      accepted: counters.keysAccepted,
      replaced: counters.keysReplaced,
      refused: counters.keysRefused,
      sent: counters.keysOut,
    },
    messages: {
      in: counters.messagesIn,
      bytes_in: counters.messageBytesIn,
      hybrid: counters.messagesHybrid,
      signed: counters.messagesSigned,
      out: counters.messagesOut,
      bytes_out: counters.messageBytesOut,
    },
    answers: { acks: counters.acksOut, nacks: counters.nacksOut, waiting: answers.waiting },
    rsa: {
      decryptions: counters.rsaDecryptions,
      public_operations: counters.rsaPublicOperations,
      running: openings.decrypting,
      waiting: work.size,
      waiting_bytes: work.bytes,
      hybrid_keys: openings.hybridKeys,
    },
    datagrams: datagramStatistics(counters),
    fragments: {
      in: counters.fragmentsIn,
      reassembled: counters.reassembled,
      unfinished_bytes: clientPool.chargedBytes + strangerPool.chargedBytes,
    },
    transfers: { completed: counters.transfers, unfinished_bytes: openings.transferBytes },
    drops: { ...counters.drops },
  };
}

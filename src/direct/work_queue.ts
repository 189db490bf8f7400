import { Deque } from "../session/deque.ts";
import type { Opening } from "./opening.ts";
import type { Peer } from "./peer.ts";

/** Bounds of a class of peers: each on its own, and all together. A single body may have more. */
export interface WorkLimits {
  readonly peerItems: number;
  readonly peerBytes: number;
  readonly totalItems: number;
  readonly totalBytes: number;
}

/** What clients may have waiting for RSA. */
export const CLIENT_WORK_LIMITS: WorkLimits = {
  peerItems: 256,
  peerBytes: 4 * 1024 * 1024,
  totalItems: 4_096,
  totalBytes: 32 * 1024 * 1024,
};

/** What addresses without a key may have waiting for RSA. */
export const STRANGER_WORK_LIMITS: WorkLimits = {
  peerItems: 64,
  peerBytes: 2 * 1024 * 1024,
  totalItems: 512,
  totalBytes: 8 * 1024 * 1024,
};

/** One turn in so many goes to a stranger before a client, so that neither shuts the other out. */
export const STRANGER_TURN = 4;

type Rank = "client" | "stranger";

interface Lane {
  rank: Rank;
  readonly waiting: Deque<Opening>;
  /** Digests of the bodies that wait or have begun. */
  readonly digests: Set<string>;
  /** What has begun, and goes on when its turn comes again. */
  begun: Opening | undefined;
  bytes: number;
  /** Whether a step of it is being done. */
  isBusy: boolean;
  /** Whether it must wait for the peer's key. */
  isHeld: boolean;
}

interface Totals {
  items: number;
  bytes: number;
}

/**
 * The bodies that wait for RSA, a lane for each address: lanes take turns, one block a turn, and
 * those of clients go before those of strangers.
 *
 * Within a lane everything stays in order, and one thing is under way at a time. So whatever an
 * address sends, another one waits for no more than the block that is being decrypted and one block
 * of each lane before it.
 */
export class WorkQueue {
  readonly #lanes = new Map<Peer, Lane>();
  readonly #ready: Record<Rank, Map<Peer, Lane>> = { client: new Map(), stranger: new Map() };
  readonly #totals: Record<Rank, Totals> = {
    client: { items: 0, bytes: 0 },
    stranger: { items: 0, bytes: 0 },
  };
  #turn = 0;

  /** Bodies that wait, those that have begun not counted. */
  get size(): number {
    return this.#totals.client.items + this.#totals.stranger.items;
  }

  /** Bytes of all bodies that wait or have begun. */
  get bytes(): number {
    return this.#totals.client.bytes + this.#totals.stranger.bytes;
  }

  /** Whether anything of a peer waits or is under way. */
  has(peer: Peer): boolean {
    return this.#lanes.has(peer);
  }

  /** Whether a copy of a body waits or is under way. */
  holds(peer: Peer, bodyDigest: string): boolean {
    return this.#lanes.get(peer)?.digests.has(bodyDigest) ?? false;
  }

  /** Whether a body of this length could be added now. */
  hasRoomFor(peer: Peer, bytes: number): boolean {
    return this.#fits(this.#laneOf(peer), bytes);
  }

  /**
   * Adds a body at the end of its peer's lane.
   *
   * @returns False, and nothing added, when a bound is reached.
   */
  push(opening: Opening): boolean {
    const { peer, body } = opening;
    const lane = this.#laneOf(peer);
    const hasRoom = this.#fits(lane, body.byteLength);
    if (hasRoom) {
      lane.waiting.push(opening);
      lane.digests.add(opening.bodyDigest);
      this.#totals[lane.rank].items++;
      this.#charge(lane, body.byteLength);
    }
    this.#place(peer, lane);
    return hasRoom;
  }

  /**
   * Takes out the body whose turn it is. Its lane is busy until `goOn` or `finish`.
   *
   * @returns `undefined` when nothing may begin.
   */
  take(): Opening | undefined {
    const [peer, lane] = this.#next() ?? [];
    if (peer === undefined || lane === undefined) return undefined;
    if (lane.begun === undefined) {
      lane.begun = lane.waiting.shift();
      this.#totals[lane.rank].items--;
    }
    lane.isBusy = true;
    this.#place(peer, lane);
    return lane.begun;
  }

  /** Lets a body that has begun wait for its next turn. */
  goOn(opening: Opening): void {
    const lane = this.#lanes.get(opening.peer);
    if (lane?.begun !== opening) return;
    lane.isBusy = false;
    this.#place(opening.peer, lane);
  }

  /** Ends a body that has begun; one that was forgotten meanwhile is passed over. */
  finish(opening: Opening): void {
    const lane = this.#lanes.get(opening.peer);
    if (lane?.begun !== opening) return;
    this.#charge(lane, -opening.body.byteLength);
    lane.digests.delete(opening.bodyDigest);
    lane.begun = undefined;
    lane.isBusy = false;
    this.#place(opening.peer, lane);
  }

  /** Keeps a peer's lane from having turns, while its key is read. What is under way ends. */
  hold(peer: Peer): void {
    const lane = this.#laneOf(peer);
    lane.isHeld = true;
    this.#place(peer, lane);
  }

  /** Ends a `hold`. */
  unhold(peer: Peer): void {
    const lane = this.#laneOf(peer);
    lane.isHeld = false;
    this.#place(peer, lane);
  }

  /** Takes note that a peer has become a client, or a stranger. */
  rankAnew(peer: Peer): void {
    const lane = this.#lanes.get(peer);
    if (lane === undefined || lane.rank === rankOf(peer)) return;
    const { bytes, waiting } = lane;
    this.#ready[lane.rank].delete(peer);
    this.#totals[lane.rank].items -= waiting.size;
    this.#totals[lane.rank].bytes -= bytes;
    lane.rank = rankOf(peer);
    this.#totals[lane.rank].items += waiting.size;
    this.#totals[lane.rank].bytes += bytes;
    this.#place(peer, lane);
  }

  /**
   * Forgets a peer and all that waits for it.
   *
   * @returns How many bodies waited; one that has begun is not counted.
   */
  forget(peer: Peer): number {
    const lane = this.#lanes.get(peer);
    if (lane === undefined) return 0;
    this.#totals[lane.rank].items -= lane.waiting.size;
    this.#charge(lane, -lane.bytes);
    this.#ready[lane.rank].delete(peer);
    this.#lanes.delete(peer);
    return lane.waiting.size;
  }

  #laneOf(peer: Peer): Lane {
    return this.#lanes.get(peer) ?? {
      rank: rankOf(peer),
      waiting: new Deque(),
      digests: new Set(),
      begun: undefined,
      bytes: 0,
      isBusy: false,
      isHeld: false,
    };
  }

  #fits(lane: Lane, bytes: number): boolean {
    const limits = lane.rank === "client" ? CLIENT_WORK_LIMITS : STRANGER_WORK_LIMITS;
    const totals = this.#totals[lane.rank];
    return lane.waiting.size < limits.peerItems && totals.items < limits.totalItems &&
      fitsOrIsAlone(lane.bytes, bytes, limits.peerBytes) &&
      fitsOrIsAlone(totals.bytes, bytes, limits.totalBytes);
  }

  /** Puts a lane where it belongs; one that gets ready comes after all that are. */
  #place(peer: Peer, lane: Lane): void {
    const hasWork = lane.begun !== undefined || lane.waiting.size > 0;
    if (hasWork || lane.isHeld) this.#lanes.set(peer, lane);
    else this.#lanes.delete(peer);
    if (hasWork && !lane.isBusy && !lane.isHeld) this.#ready[lane.rank].set(peer, lane);
    else this.#ready[lane.rank].delete(peer);
  }

  #next(): [Peer, Lane] | undefined {
    const { client, stranger } = this.#ready;
    this.#turn = (this.#turn + 1) % STRANGER_TURN;
    const isStrangersTurn = this.#turn === 0;
    for (const next of isStrangersTurn ? stranger : client) return next;
    for (const next of isStrangersTurn ? client : stranger) return next;
    return undefined;
  }

  #charge(lane: Lane, bytes: number): void {
    lane.bytes += bytes;
    this.#totals[lane.rank].bytes += bytes;
  }
}

/** With a large `max_message` one body can be longer than any bound: it must come through alone. */
function fitsOrIsAlone(heldBytes: number, bytes: number, limitBytes: number): boolean {
  return heldBytes === 0 || heldBytes + bytes <= limitBytes;
}

function rankOf(peer: Peer): Rank {
  return peer.standing.state;
}

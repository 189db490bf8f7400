import type { Session } from "../session/session.ts";
import { AckMemory } from "./ack_memory.ts";
import { Backlog } from "./backlog.ts";
import { IntakePool } from "./intake_pool.ts";
import { OrderedIntake } from "./ordered_intake.ts";

/** What the relay keeps of one session for reliable delivery. */
export interface ReliablePeer {
  readonly intake: OrderedIntake;
  readonly acks: AckMemory;
}

/** What the relay keeps for reliable delivery of those sessions that use it (PROTOCOL 1.7). */
export class ReliablePeers {
  /** What the intakes of all of them share. */
  readonly pool: IntakePool = new IntakePool();
  /** What may go on of all of them, and waits for a later step. */
  readonly backlog: Backlog = new Backlog();
  readonly #peers = new Map<Session, ReliablePeer>();

  /** What is kept of a session; made when it sends its first number. */
  of(session: Session): ReliablePeer {
    let peer = this.#peers.get(session);
    if (peer === undefined) {
      peer = { intake: new OrderedIntake(this.pool, session), acks: new AckMemory() };
      this.#peers.set(session, peer);
    }
    return peer;
  }

  /** Forgets a session that has ended, and what still waited of it. */
  forget(session: Session): void {
    this.#peers.get(session)?.intake.clear();
    this.#peers.delete(session);
    this.backlog.forget(session);
  }
}

import { type Endpoint, formatEndpoint } from "./endpoint.ts";
import type { Session } from "./session.ts";

/**
 * The registered clients, found by address, client name or session id.
 *
 * No two sessions share any of the three; whoever adds one has removed or refused the other.
 */
export class Registry {
  readonly #byAddress = new Map<string, Session>();
  readonly #byName = new Map<string, Session>();
  readonly #bySessionId = new Map<string, Session>();
  readonly #byInstance = new Map<string, Session>();

  /** How many clients are registered. */
  get size(): number {
    return this.#byAddress.size;
  }

  /** All sessions, in the order of registration. */
  sessions(): IterableIterator<Session> {
    // By address they would change places when one of them moves.
    return this.#bySessionId.values();
  }

  /** The session at an address (`ip:port`). */
  at(address: string): Session | undefined {
    return this.#byAddress.get(address);
  }

  /** The session with a session id (16 hexadecimal digits in lower case). */
  withSessionId(sessionId: string): Session | undefined {
    return this.#bySessionId.get(sessionId);
  }

  /** The newest session of a run of a client program (32 hexadecimal digits in lower case). */
  withInstance(instance: string): Session | undefined {
    return this.#byInstance.get(instance);
  }

  /** The session that goes by a client name. */
  named(name: string): Session | undefined {
    return this.#byName.get(name);
  }

  /**
   * Finds a session by any form of ID that an operator may type (PROTOCOL 1.9).
   *
   * @param id A client name, an `ip:port`, or a session id in hexadecimal.
   */
  find(id: string): Session | undefined {
    return this.named(id) ?? this.at(id) ?? this.withSessionId(id.toLowerCase());
  }

  /** Adds a session whose address, name and session id nobody has. */
  add(session: Session): void {
    this.#byAddress.set(session.address, session);
    this.#bySessionId.set(session.sessionId, session);
    if (session.name !== undefined) this.#byName.set(session.name, session);
    if (session.instance !== undefined) this.#byInstance.set(session.instance, session);
  }

  /**
   * Moves a session to an address that nobody has. A session without a client name goes by the new
   * address from then on.
   *
   * @param session One that was added.
   * @param endpoint Where its client is now; copied.
   */
  move(session: Session, { hostname, port }: Endpoint): void {
    this.#byAddress.delete(session.address);
    session.endpoint = { hostname, port };
    session.address = formatEndpoint(session.endpoint);
    session.id = session.name ?? session.address;
    this.#byAddress.set(session.address, session);
  }

  /** Removes a session. */
  remove(session: Session): void {
    this.#byAddress.delete(session.address);
    this.#bySessionId.delete(session.sessionId);
    if (session.name !== undefined) this.#byName.delete(session.name);
    const { instance } = session;
    if (instance === undefined || this.#byInstance.get(instance) !== session) return;
    this.#byInstance.delete(instance);
  }
}

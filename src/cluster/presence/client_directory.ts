import type { LocatedClient } from "./located_client.ts";
import { MultiMap } from "./multi_map.ts";

/**
 * The clients of all relays, this one included, by whatever one looks for.
 *
 * Unlike in a relay's own registry, several may share a name, an address or an instance: one relay
 * learns what another does only after a while.
 */
export class ClientDirectory {
  readonly #byId = new MultiMap<string, LocatedClient>();
  readonly #byName = new MultiMap<string, LocatedClient>();
  readonly #byAddress = new MultiMap<string, LocatedClient>();
  readonly #byInstance = new MultiMap<string, LocatedClient>();
  readonly #bySessionId = new MultiMap<string, LocatedClient>();
  readonly #bySuperseded = new MultiMap<string, LocatedClient>();
  readonly #clients = new Set<LocatedClient>();

  /** All of them, in the order in which they became known. */
  clients(): IterableIterator<LocatedClient> {
    return this.#clients.values();
  }

  /** Whether this very object is in it. */
  has(client: LocatedClient): boolean {
    return this.#clients.has(client);
  }

  /** Adds a client. @returns Whether nobody has gone by its id before. */
  add(client: LocatedClient): boolean {
    this.#clients.add(client);
    this.#bySessionId.add(client.sessionId, client);
    this.#byAddress.add(client.address, client);
    if (client.name !== undefined) this.#byName.add(client.name, client);
    if (client.instance !== undefined) this.#byInstance.add(client.instance, client);
    for (const sessionId of client.supersedes) this.#bySuperseded.add(sessionId, client);
    return this.#byId.add(client.id, client);
  }

  /** Removes a client. @returns Whether it was there, and nobody goes by its id any more. */
  remove(client: LocatedClient): boolean {
    if (!this.#clients.delete(client)) return false;
    this.#bySessionId.delete(client.sessionId, client);
    this.#byAddress.delete(client.address, client);
    if (client.name !== undefined) this.#byName.delete(client.name, client);
    if (client.instance !== undefined) this.#byInstance.delete(client.instance, client);
    for (const sessionId of client.supersedes) this.#bySuperseded.delete(sessionId, client);
    return this.#byId.delete(client.id, client);
  }

  /** Whether a client has come in place of the one with this session id. */
  isSuperseded(sessionId: string): boolean {
    return this.#bySuperseded.has(sessionId);
  }

  /** Those that have come in place of the one with this session id. */
  superseding(sessionId: string): LocatedClient[] {
    return this.#bySuperseded.get(sessionId);
  }

  /** Those with a session id. */
  withSessionId(sessionId: string): LocatedClient[] {
    return this.#bySessionId.get(sessionId);
  }

  /** Those that go by a name. */
  named(name: string): LocatedClient[] {
    return this.#byName.get(name);
  }

  /** Those with an instance. */
  withInstance(instance: string): LocatedClient[] {
    return this.#byInstance.get(instance);
  }

  /** Those that others know by an id. */
  withId(id: string): LocatedClient[] {
    return this.#byId.get(id);
  }

  /** Those with the instance or the name of a client: only one of them can stay. Not itself. */
  rivalsOf(client: LocatedClient): Set<LocatedClient> {
    const { instance, name } = client;
    const rivals = new Set(instance === undefined ? [] : this.#byInstance.get(instance));
    for (const rival of name === undefined ? [] : this.#byName.get(name)) rivals.add(rival);
    rivals.delete(client);
    return rivals;
  }

  /** Those that an operator may mean by a client name, an `ip:port` or a session id. */
  meantBy(id: string): LocatedClient[] {
    return [
      ...this.#byName.get(id),
      ...this.#byAddress.get(id),
      ...this.#bySessionId.get(id.toLowerCase()),
    ];
  }
}

import { isLoopbackHost } from "../control/listen_address.ts";
import { sourceKey } from "../session/source_limiter.ts";

/**
 * Connections of one source at once: an IPv4 address, or the /64 of an IPv6 one. It is enough for
 * all readers of `/events` behind one proxy, and leaves places for others.
 */
export const MAX_CONNECTIONS_PER_SOURCE = 64;

/** Counts connections by where they come from, so that no single source takes all places. */
export class ConnectionSources {
  readonly #counts = new Map<string, number>();

  /** How many sources have connections. */
  get size(): number {
    return this.#counts.size;
  }

  /**
   * Takes note of a connection.
   *
   * @param address IP address of the other end; of a connection that is gone already, `undefined`.
   * @returns Frees its place, to be called once; `undefined` when its source has too many. Loopback
   *   has no bound of its own: who is on this machine can do worse.
   */
  admit(address: string | undefined): (() => void) | undefined {
    const key = sourceKey(address ?? "");
    const count = this.#counts.get(key) ?? 0;
    const isBounded = !isLoopbackHost(key) && !isLoopbackHost(address ?? "");
    if (isBounded && count >= MAX_CONNECTIONS_PER_SOURCE) return undefined;
    this.#counts.set(key, count + 1);
    return () => this.#leave(key);
  }

  #leave(key: string): void {
    const count = this.#counts.get(key) ?? 0;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
  }
}

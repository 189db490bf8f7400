import { keepNewest } from "../session/keep_newest.ts";

/** Joins at other relays that are remembered; they are asked for while a notice waits, so not for long. */
export const MAX_REMOTE_JOINS = 10_000;

/** The notices that clients joined at other relays of the cluster, by the id of the client. */
export class RemoteJoins {
  readonly #numbers = new Map<string, number>();

  /** Takes note of a notice; of too many, the oldest is forgotten. */
  add(id: string, number: number): void {
    this.#numbers.delete(id);
    this.#numbers.set(id, number);
    keepNewest(this.#numbers, MAX_REMOTE_JOINS);
  }

  /** Forgets that of a client that has left. */
  delete(id: string): void {
    this.#numbers.delete(id);
  }

  /** The number of the notice, if it is remembered. */
  numberOf(id: string): number | undefined {
    return this.#numbers.get(id);
  }
}

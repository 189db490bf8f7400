import type { RsaPublicKey } from "../../../src/crypto/rsa.ts";
import type { Endpoint } from "../../../src/session/endpoint.ts";
import { BenchClient } from "./bench_client.ts";
import type { GroupKeys } from "./group_keys.ts";
import { pause } from "./pause.ts";
import { askRelayKey } from "./relay_key.ts";

/** How long an answer is waited for before a client asks again, and how often it asks. */
const TRY_MS = 1_000;
const TRIES = 15;

/** The same for the first client, which with a relay of the base protocol hears nothing at all. */
const FIRST_TRY_MS = 500;
const FIRST_TRIES = 3;

/** Registrations under way at once: enough to keep a relay busy, and below what makes it ask for cookies. */
export const REGISTRATIONS_AT_ONCE = 32;

/** What a `Registrar` is made of. */
export interface RegistrarOptions {
  readonly relay: Endpoint;
  /** Feature bits that the clients ask for. */
  readonly features: number;
  /** Where clients put the group keys that they get. */
  readonly groupKeys: GroupKeys;
}

/**
 * Registers clients. That the relay has taken one in is known by REGISTRATION_ACCEPTED or, with a
 * relay of the base protocol, by what it tells the first client, which has to stay.
 */
export class Registrar {
  readonly #options: RegistrarOptions;
  readonly #key: RsaPublicKey;
  readonly #waiting = new Map<string, BenchClient>();

  private constructor(options: RegistrarOptions, key: RsaPublicKey) {
    this.#options = options;
    this.#key = key;
  }

  /**
   * Asks the relay for its key.
   *
   * @param options What it is made of.
   * @throws {Error} If the relay does not answer.
   */
  static async open(options: RegistrarOptions): Promise<Registrar> {
    return new Registrar(options, await askRelayKey(options.relay));
  }

  /** Registers the client that stays, and sees who joins. */
  async first(): Promise<BenchClient> {
    const client = new BenchClient({
      ...this.#options,
      onJoined: (id) => this.#waiting.get(id)?.confirm(),
    });
    const encryptedKey = await this.#encryptedKey(client);
    for (let tries = 0; tries < FIRST_TRIES && client.accepted === undefined; tries++) {
      client.register(encryptedKey);
      await Promise.race([client.registered, pause(FIRST_TRY_MS)]);
    }
    return client;
  }

  /**
   * Registers one more client.
   *
   * @throws {Error} If the relay refuses it, or does not answer.
   */
  async one(): Promise<BenchClient> {
    await using stack = new AsyncDisposableStack();
    const client = stack.use(new BenchClient(this.#options));
    await this.#register(client);
    stack.move();
    return client;
  }

  /**
   * Registers clients, several at a time.
   *
   * @param count How many.
   * @param onRegistered Told of each; it owns them.
   * @param isOver Asked before each; true ends it early.
   */
  async many(
    count: number,
    onRegistered: (client: BenchClient) => void,
    isOver: () => boolean = () => false,
  ): Promise<void> {
    let begun = 0;
    const lane = async () => {
      while (begun < count && !isOver()) {
        begun++;
        onRegistered(await this.one());
      }
    };
    await Promise.all(Array.from({ length: REGISTRATIONS_AT_ONCE }, lane));
  }

  async #register(client: BenchClient): Promise<void> {
    const encryptedKey = await this.#encryptedKey(client);
    const { id } = client;
    this.#waiting.set(id, client);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const gaveUp = Promise.withResolvers<never>();
    const ask = (triesLeft: number) => {
      if (triesLeft === 0) {
        gaveUp.reject(new Error(`Cannot measure: no answer to ${TRIES} requests`));
      } else client.register(encryptedKey);
      timer = setTimeout(() => ask(triesLeft - 1), TRY_MS);
    };
    try {
      ask(TRIES);
      await Promise.race([client.registered, gaveUp.promise]);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  async #encryptedKey(client: BenchClient): Promise<Uint8Array> {
    return await this.#key.encrypt(new TextEncoder().encode(client.fernetKey));
  }
}

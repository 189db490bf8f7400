import { describeError } from "../observe/describe_error.ts";
import { mergeStatistics } from "../observe/merge_statistics.ts";
import { RsaMeter } from "../observe/rsa_meter.ts";
import type { AdmissionTokens } from "../session/admission_tokens.ts";
import type { Ban } from "../session/ban.ts";
import type { BanTarget } from "../session/ban_list.ts";
import { ClockSteps } from "../session/clock_steps.ts";
import type { Endpoint } from "../session/endpoint.ts";
import type { ClientSummary } from "../session/client_summary.ts";
import type { Instant } from "../session/instant.ts";
import { readClocks } from "../session/read_clocks.ts";
import { SHUTDOWN_REASON, shutdownReason } from "../session/shutdown_reason.ts";
import { OwnedWork } from "../session/owned_work.ts";
import { RandomPool } from "../session/random_pool.ts";
import { BanDesk } from "./ban_desk.ts";
import { type GroupWatch, watchGroup } from "./group_watch.ts";
import type { GroupDelivery } from "./group_delivery.ts";
import { NO_OTHER_RELAYS, type OtherRelays } from "./other_relays.ts";
import { registeredClientOf } from "./registered_client_of.ts";
import { RelayCore } from "./relay_core.ts";
import type { RelayEffect } from "./relay_effects.ts";
import { type ClientEvent, RelayReporter } from "./relay_reporter.ts";
import type { RelayServerOptions } from "./relay_server_options.ts";
import { RelaySockets } from "./relay_sockets.ts";
import type { RelayStatistics } from "./relay_statistics.ts";
import { TickTimer } from "../session/tick_timer.ts";
import { IDENTITY_RENEWAL_MS, ServerKeys } from "./server_keys.ts";

export type { RelayServerOptions } from "./relay_server_options.ts";

/**
 * The relay: a `RelayCore` with its sockets, timer, RSA key and log.
 *
 * Everything that concerns its clients happens in the core; this class carries the effects out.
 */
export class RelayServer implements AsyncDisposable {
  readonly #options: RelayServerOptions;
  readonly #sockets: RelaySockets;
  readonly #keys: ServerKeys;
  readonly #rsaMeter: RsaMeter;
  readonly #core: RelayCore;
  readonly #timer: TickTimer;
  readonly #reporter: RelayReporter;
  readonly #bans: BanDesk;
  readonly #others: OtherRelays;
  readonly #groupWatch: GroupWatch | undefined;
  readonly #clockSteps: ClockSteps;
  readonly #startedAtMs: number;
  readonly #finished = Promise.withResolvers<void>();
  readonly #work = new OwnedWork(this.#finished.reject);
  #closing: Promise<void> | undefined;

  private constructor(
    options: RelayServerOptions,
    sockets: RelaySockets,
    keys: ServerKeys,
    rsaMeter: RsaMeter,
    identity: Uint8Array,
  ) {
    const now = readClocks();
    const random = new RandomPool();
    this.#options = options;
    this.#sockets = sockets;
    this.#keys = keys;
    this.#rsaMeter = rsaMeter;
    this.#others = options.others ?? NO_OTHER_RELAYS;
    this.#clockSteps = new ClockSteps(now);
    this.#startedAtMs = now.monotonicMs;
    const onClientEvent = (event: ClientEvent) => options.onClientEvent?.(event);
    this.#reporter = new RelayReporter(options.logger, onClientEvent, now.monotonicMs);
    this.#timer = new TickTimer({
      onDue: () => this.#step((now) => this.#core.tick(now)),
      onStopped: (stoppedMs) => {
        const fields = { seconds: Math.round(stoppedMs / 1000) };
        options.logger.warn("relay was stopped for a while", fields);
      },
    }, now.monotonicMs);
    this.#core = new RelayCore({
      options: {
        ...options.protocol,
        groupDelivery: sockets.groupDelivery,
        randomBytes: (count) => random.take(count),
      },
      history: options.history,
      remote: this.#others,
      serverKey: keys.serverKey,
      identity,
      renewIdentityAtMs: now.monotonicMs + IDENTITY_RENEWAL_MS,
    }, now);
    this.#bans = new BanDesk({
      core: this.#core,
      reporter: this.#reporter,
      others: this.#others,
      carryOut: (effects) => this.#step(() => effects),
      onBansChanged: options.onBansChanged,
    });
    this.#groupWatch = watchGroup(sockets, options.logger);
    this.#work.add(sockets.receive((datagram, from) => {
      this.#step((now) => this.#core.receive(datagram, from, now));
    }));
    options.history.listen(() => this.#step((now) => this.#core.historyNews(now)));
    this.#step((now) => this.#core.historyNews(now));
  }

  /**
   * Opens the sockets, makes the RSA key and begins to serve.
   *
   * @throws {GroupAddressError | GroupDeliveryError | UdpSocketError} If it can't listen where it is told to.
   * @throws {BansFullError} If there are too many bans.
   */
  static async start(options: RelayServerOptions): Promise<RelayServer> {
    await using stack = new AsyncDisposableStack();
    const { bind, port, group, logger } = options;
    const sockets = stack.use(
      await RelaySockets.open({
        bind,
        port,
        group,
        interface: options.interface,
        groupDelivery: options.groupDelivery,
        onLoopbackOnly: (reason) => logger.warn("multicast on loopback only", { reason }),
      }),
    );
    const rsaMeter = new RsaMeter(options.onRsaTime);
    const keys = await ServerKeys.create(options.identity, options.rsaBits, rsaMeter);
    const identity = await keys.sign(Date.now());
    stack.move();
    return new RelayServer(options, sockets, keys, rsaMeter, identity);
  }

  /** Where it is reached by unicast. */
  get local(): Endpoint {
    return this.#sockets.local;
  }

  /** Multicast group and port, if it is reached by multicast. */
  get group(): Endpoint | undefined {
    return this.#sockets.groupEndpoint;
  }

  /** How messages reach the clients that have group delivery, and where. */
  get groupDelivery(): GroupDelivery {
    return this.#sockets.groupDelivery;
  }

  /**
   * Resolves when the relay has shut down cleanly.
   *
   * Rejects with what made it end otherwise.
   */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** Whether the shutdown has begun. */
  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /** Why messages can't be kept at the moment, in words for a person; `undefined` when they can. */
  get historyTrouble(): string | undefined {
    return this.#options.history.trouble;
  }

  /** The registered clients. */
  listClients(): readonly ClientSummary[] {
    return this.#core.clients(readClocks());
  }

  /** A client by client name, `ip:port` or session id. */
  findClient(id: string): ClientSummary | undefined {
    return this.#core.client(id, readClocks());
  }

  /** Has the clients told that another one joined or left at another relay of the cluster. */
  remoteNotice(kind: "connect" | "disconnect", id: string): void {
    this.#step((now) => this.#core.remoteNotice(kind, id, now));
  }

  /** Ends the session of a client that is at another relay of the cluster now; see `RelayCore.displace`. */
  displace(sessionId: string, text: string | undefined): void {
    this.#step((now) => this.#core.displace(sessionId, text, now));
  }

  /** Ends a client's session. Returns false when there is no such client. */
  kickClient(id: string, reason: string): boolean {
    const effects = this.#core.kick(id, reason, readClocks());
    this.#step(() => effects ?? []);
    return effects !== undefined;
  }

  /** Sends the operator's text to all clients. Returns how many they are. */
  broadcast(text: string): number {
    this.#step((now) => this.#core.broadcast(text, now));
    return this.listClients().length;
  }

  /** Replaces the admission tokens, and ends the sessions that the new ones no longer admit. */
  setAuthTokens(tokens: AdmissionTokens): void {
    this.#reporter.tokensReplaced(tokens.size);
    this.#step((now) => this.#core.setAuthTokens(tokens, now));
  }

  /** Keeps an address or a name out; see `BanDesk`. */
  ban(target: string, seconds?: number): Promise<Ban> {
    return this.#bans.ban(target, seconds);
  }

  /** Lifts a ban; see `BanDesk`. */
  unban(target: string): Promise<boolean> {
    return this.#bans.unban(target);
  }

  /** Takes over what was decided at other relays of the cluster; see `BanDesk`. */
  adoptBans(banned: readonly Ban[], lifted: readonly BanTarget[]): Promise<void> {
    return this.#bans.adopt(banned, lifted);
  }

  /** The bans that hold, the oldest first. */
  listBans(): readonly Ban[] {
    return this.#bans.list();
  }

  /** Counters, with the uptime, what RSA costs, and the memory in use. */
  stats(): RelayStatistics {
    const { decrypting, decryptSeconds } = this.#rsaMeter;
    return {
      uptime_seconds: Math.floor((performance.now() - this.#startedAtMs) / 1000),
      ...mergeStatistics(this.#core.statistics(), {
        registrations: { rsa_running: decrypting, rsa_seconds: decryptSeconds },
        cluster: { ...this.#others.statistics() },
      }),
      rss_bytes: Deno.memoryUsage().rss,
    };
  }

  /** Makes a new RSA key without dropping sessions. Resolves to its `SHA256:...` fingerprint. */
  async rotateKeys(): Promise<string> {
    await this.#keys.rotate();
    const identity = await this.#keys.sign(Date.now());
    this.#core.setServerKey(
      this.#keys.serverKey,
      identity,
      performance.now() + IDENTITY_RENEWAL_MS,
    );
    this.#step(() => []);
    this.#options.logger.info("rsa key replaced", { key: this.#keys.fingerprint });
    return this.#keys.fingerprint;
  }

  /** Begins the clean shutdown, and returns at once; `finished` tells when it is done. */
  shutdown(reason: string): void {
    this.#closing ??= this.#close(reason);
    this.#closing.then(this.#finished.resolve, this.#finished.reject);
  }

  /** Shuts down, if that has not begun, and waits for it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.shutdown(SHUTDOWN_REASON);
    await this.#closing;
  }

  async #close(reason: string): Promise<void> {
    this.#options.logger.info("relay shutting down", {
      reason,
      clients: this.listClients().length,
    });
    this.#others.leave();
    this.#step((now) => this.#core.shutdown(shutdownReason(reason), now));
    this.#timer[Symbol.dispose]();
    await this.#groupWatch?.[Symbol.asyncDispose]();
    await this.#sockets[Symbol.asyncDispose]();
    await this.#work.ended();
  }

  readonly #onSendFailed = (): void => this.#core.sendFailed();

  /** Lets the core take one input and carries out what comes of it. */
  #step(input: (now: Instant) => readonly RelayEffect[]): void {
    const now = readClocks();
    const clockSetByMs = this.#clockSteps.look(now);
    if (clockSetByMs !== undefined) this.#noteClockSet(clockSetByMs);
    try {
      for (const effect of input(now)) this.#carryOut(effect);
    } catch (error) {
      // A fault in our own code. Nobody on the network may end the relay for all by finding it.
      this.#core.countInternalError();
      this.#options.logger.error("internal error", { error: describeError(error) });
    }
    this.#timer.arm(this.#core.nextDeadline(), now.monotonicMs);
  }

  #carryOut(effect: RelayEffect): void {
    switch (effect.type) {
      case "send":
        return this.#sockets.send(effect.datagram, effect.to, this.#onSendFailed);
      case "send_to_group":
        return this.#sockets.sendToGroup(effect.datagram, this.#onSendFailed);
      case "decrypt_key":
        return this.#work.add(this.#decryptKey(effect.jobId, effect.ciphertext, effect.generation));
      case "renew_identity":
        return this.#work.add(this.#renewIdentity());
      case "client_registered":
        this.#others.joined(registeredClientOf(effect));
        return this.#reporter.joined(effect.client);
      case "client_moved":
        this.#others.moved(effect.client.session ?? "", effect.client.address);
        return this.#reporter.moved(effect.client, effect.from, performance.now());
      case "client_removed":
        this.#others.left(effect.client.session ?? "", effect.reason);
        return this.#reporter.left(effect.client, effect.reason, effect.detail);
      case "registration_rejected":
        return this.#reporter.rejected(effect.from, effect.reason, performance.now());
      case "message_refused":
        return this.#reporter.refused(effect.senderId, effect.reason, performance.now());
      case "history_trouble":
        return this.#reporter.historyTrouble(effect.trouble);
      default:
        return effect satisfies never;
    }
  }

  async #decryptKey(
    jobId: number,
    ciphertext: Uint8Array<ArrayBuffer>,
    generation: number,
  ): Promise<void> {
    // A client that comes from another relay must not be told a number below its own.
    const [plaintext] = await Promise.all([
      this.#keys.decrypt(ciphertext, generation),
      this.#options.history.caughtUp(),
    ]);
    this.#step((now) => this.#core.keyDecrypted(jobId, plaintext, now));
  }

  /** A signature that was dated by a wrong clock may count as expired, which keeps all newcomers out. */
  #noteClockSet(byMs: number): void {
    this.#options.logger.warn("clock was set", { by_s: Math.round(byMs / 1000) });
    if (!this.isClosing) this.#work.add(this.#renewIdentity());
  }

  async #renewIdentity(): Promise<void> {
    const { generation } = this.#keys.serverKey;
    const identity = await this.#keys.sign(Date.now());
    // A rotation in the meantime has brought a signature of its own, for another key.
    if (generation !== this.#keys.serverKey.generation) return;
    this.#core.setIdentity(identity, performance.now() + IDENTITY_RENEWAL_MS);
    this.#step(() => []);
  }
}

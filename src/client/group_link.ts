import { formatEndpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import { isMulticastAddress } from "../session/multicast_address.ts";
import type { GroupAddress } from "../wire/group_key.ts";
import type { ClientState } from "./client_state.ts";
import type { GroupReceiver } from "./group_receiver.ts";
import { GroupRequests } from "./group_requests.ts";
import { KeyWait } from "./key_wait.ts";
import { MulticastWatch } from "./multicast_watch.ts";
import { RenameWatch } from "./rename_watch.ts";
import type { GroupContent, SealedContent } from "./sealed_content.ts";

type MessageContent = Extract<GroupContent, { type: "message" }>;

/** How a `GroupLink` begins. */
export interface GroupLinkStart {
  /** Whether messages have an order (PROTOCOL 1.7). */
  readonly isReliable: boolean;
  /** The relay's newest number when it took this client in. */
  readonly latest: bigint;
  /** Monotonic time at which it did. */
  readonly nowMs: number;
}

/** Group delivery within one session (PROTOCOL 1.8). */
export class GroupLink {
  readonly #client: ClientState;
  readonly #receiver: GroupReceiver;
  readonly #isReliable: boolean;
  readonly #watch: MulticastWatch;
  readonly #requests = new GroupRequests();
  readonly #keyWait: KeyWait;
  readonly #renames = new RenameWatch();
  #epoch: number | undefined;
  #joined: GroupAddress | undefined;
  /** Whether a group message named a number that only the relay can confirm. */
  #isUnsure = false;
  #trouble: string | undefined;

  /**
   * @param client What the parts of the core share.
   * @param receiver What opens its messages; it may have keys already.
   * @param start How it begins.
   */
  constructor(client: ClientState, receiver: GroupReceiver, start: GroupLinkStart) {
    this.#client = client;
    this.#receiver = receiver;
    this.#isReliable = start.isReliable;
    this.#watch = new MulticastWatch(start.latest);
    this.#keyWait = new KeyWait(start.nowMs);
  }

  /** Why group messages do not reach this client, for people; `undefined` while they may. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Whether messages are to come by multicast. */
  get hasJoined(): boolean {
    return this.#joined !== undefined;
  }

  /** Takes note of why the group could not be joined, or is heard no more. */
  fail(reason: string): void {
    if (this.hasJoined) this.#trouble ??= reason;
  }

  /**
   * Takes one thing that a group message says.
   *
   * @param content What it says.
   * @param isOwn Whether it is from this client, or about it.
   * @param now The moment.
   */
  hear(content: GroupContent, isOwn: boolean, now: Instant): void {
    switch (content.type) {
      case "message":
        return this.#hearMessage(content, isOwn, now.monotonicMs);
      case "left":
        if (isOwn) return this.#hearOwnLeave(content.id);
        break;
      case "joined":
        if (content.id === this.#receiver.ids.current) return;
        this.#receiver.ids.giveAway(content.id);
        if (this.#renames.keep(content.id, now.monotonicMs)) return;
    }
    this.#client.deliver(content);
  }

  /** Takes note of an authentic group message, of which all was heard. */
  heardToken(): void {
    this.#watch.heardGroup();
    this.#renames.endToken();
  }

  /** Takes note of what the relay says to this client alone. */
  note(content: SealedContent, { monotonicMs }: Instant): void {
    switch (content.type) {
      case "message":
        return this.#watch.heardOf(content.relaySequence ?? 0n);
      case "ack":
        return this.#watch.heardOf(content.ack.relaySequence);
      case "joined":
        return this.#receiver.ids.giveAway(content.id);
      case "keep_alive_reply":
        this.#isUnsure = false;
        // What was said since waits behind a long message, which may take seconds.
        if (content.latest === undefined || this.#receiver.isCollecting) return;
        return this.#watch.heardReply(content.latest, monotonicMs);
    }
  }

  /**
   * Does what is due, and joins or leaves the group as the newest key says.
   *
   * @param now The moment.
   * @returns Whether a KEEP_ALIVE is to be sent: the relay adds the key to its answer.
   */
  tick({ monotonicMs }: Instant): boolean {
    this.#receiver.expire(monotonicMs);
    if (this.#receiver.epoch !== this.#epoch) this.#requests.reset();
    this.#epoch = this.#receiver.epoch;
    if (this.#epoch !== undefined) this.#keyWait.end();
    this.#tellJoin(monotonicMs);
    this.#follow(this.#receiver.address, monotonicMs);
    if (this.#watch.isSilent && this.#joined !== undefined) {
      this.#trouble ??= `nothing comes by multicast from ${formatEndpoint(this.#joined)}`;
    }
    const isLackingDue = this.#requests.take(this.#isLacking, monotonicMs);
    const isKeyDue = this.#keyWait.take(monotonicMs);
    return this.#watch.takeRequest(monotonicMs) || isKeyDue || isLackingDue;
  }

  /** When `tick` has something to do next, monotonic milliseconds; `Infinity` for never. */
  nextDeadlineMs(): number {
    return Math.min(
      this.#receiver.nextDeadlineMs(),
      this.#watch.nextDeadlineMs(),
      this.#requests.nextDeadlineMs(this.#isLacking),
      this.#keyWait.nextDeadlineMs(),
      this.#renames.nextDeadlineMs(),
    );
  }

  /** Leaves the group, for the end of the session. */
  leave(): void {
    this.#follow(undefined, 0);
  }

  get #isLacking(): boolean {
    return this.#isUnsure || this.#receiver.lacksKey || this.#renames.isWaiting;
  }

  /** Only who has no name can get another id; else somebody has made that up. */
  #hearOwnLeave(id: string): void {
    const isPresent = id === this.#receiver.ids.current;
    if (isPresent && this.#client.options.name === undefined) this.#renames.left();
  }

  #tellJoin(nowMs: number): void {
    const id = this.#renames.take((id) => this.#receiver.ids.has(id, nowMs), nowMs);
    if (id !== undefined) this.#client.deliver({ type: "joined", id });
  }

  #hearMessage(message: MessageContent, isOwn: boolean, nowMs: number): void {
    const { relaySequence } = message;
    const { ordered, drops } = this.#client;
    this.#watch.heardOf(relaySequence ?? 0n);
    if (!this.#isReliable) {
      if (!isOwn) this.#client.deliver(message);
    } else if (relaySequence !== undefined && this.#isTooFarAhead(relaySequence)) {
      drops.add("no_room");
    } else if (!isOwn) {
      // Without room it comes again one by one, as another token.
      this.#client.deliverInOrder(message, nowMs);
    } else if (relaySequence !== undefined) ordered.addOwn(relaySequence, nowMs);
  }

  /**
   * A member could make up any number, and have all up to it count as missing, and in the end as
   * lost. So what is too far ahead is not believed before the relay itself has said where it stands.
   */
  #isTooFarAhead(sequence: bigint): boolean {
    if (!this.#client.ordered.isTooFarAhead(sequence)) return false;
    this.#isUnsure = true;
    return true;
  }

  #follow(address: GroupAddress | undefined, nowMs: number): void {
    const { effects } = this.#client;
    if (isSameAddress(address, this.#joined)) return;
    if (address !== undefined && !isMulticastAddress(address.hostname)) {
      this.#trouble ??= `the relay names ${address.hostname}, which is no multicast address`;
      return;
    }
    this.#joined = address;
    if (address === undefined) {
      this.#watch.end();
      return effects.push({ type: "leave_group" });
    }
    this.#watch.begin(nowMs);
    effects.push({ type: "join_group", address });
  }
}

function isSameAddress(a: GroupAddress | undefined, b: GroupAddress | undefined): boolean {
  return a?.hostname === b?.hostname && a?.port === b?.port;
}

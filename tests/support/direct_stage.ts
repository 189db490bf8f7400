import { assert } from "@std/assert";
import { encodeDirectFragment } from "../../src/wire/direct_frame.ts";
import type { Tlv } from "../../src/wire/tlv.ts";
import { DirectHarness } from "./direct_harness.ts";
import type { DirectScriptedClient } from "./direct_scripted_client.ts";

/** How long the blocks of the server are. */
export const STAGE_MODULUS_BYTES = 256;

/** The most clients, and decryptions under way, on a stage. */
export const STAGE_CLIENTS = 3;
export const STAGE_DECRYPTIONS = 2;

/** What was done to a datagram on its way. */
export type Mutation = "none" | "flip" | "cut" | "repeat";

/** One thing that happens to a server. `from` picks an address, `which` a datagram or a job. */
export type DirectHappening =
  | { readonly type: "bytes"; readonly from: number; readonly bytes: Uint8Array }
  | {
    readonly type: "fragment";
    readonly from: number;
    readonly messageId: number;
    readonly number: number;
    readonly total: number;
    readonly bytes: Uint8Array;
  }
  | { readonly type: "token"; readonly from: number; readonly tlvs: readonly Tlv[] }
  | {
    readonly type: "mutated";
    readonly from: number;
    readonly which: number;
    readonly at: number;
    readonly mutation: Mutation;
  }
  | { readonly type: "rsa"; readonly which: number }
  | { readonly type: "time"; readonly ms: number }
  | { readonly type: "wallClock"; readonly ms: number }
  | { readonly type: "reader"; readonly hasRoom: boolean }
  | { readonly type: "sendTo"; readonly to: number; readonly bytes: number }
  | { readonly type: "kick"; readonly from: number };

/** A server with clients that have keys, and with others, some of whose datagrams were recorded. */
export class DirectStage {
  readonly harness: DirectHarness;
  readonly people: DirectScriptedClient[];
  readonly #recorded: Uint8Array[];
  readonly #sentBytes = new Map<DirectScriptedClient, number>();
  readonly #clients: number;
  #lastSendId = 0;

  /** @param clients How many of the 5 people have sent a key. */
  constructor(clients: number) {
    this.harness = new DirectHarness({
      serverModulusBytes: STAGE_MODULUS_BYTES,
      rsaConcurrency: STAGE_DECRYPTIONS,
      maxClients: STAGE_CLIENTS,
    });
    this.#clients = clients;
    this.people = Array.from({ length: 5 }, () => this.harness.stranger());
    for (const person of this.people.slice(0, clients)) this.#send(person.key.pem, person);
    this.#recorded = this.people.slice(0, 2).flatMap((person) => this.#datagramsOf(person));
    const { held } = this.harness;
    held.add("import_key").add("decrypt_block").add("encrypt_blocks").add("verify_signature");
  }

  happen(it: DirectHappening): void {
    const { harness } = this;
    switch (it.type) {
      case "bytes":
        return this.#send(it.bytes, this.#person(it.from));
      case "fragment": {
        const { messageId, total, bytes: chunk } = it;
        const fragment = { messageId, sequenceNumber: it.number, total, chunk };
        return this.#send(encodeDirectFragment(fragment), this.#person(it.from));
      }
      case "token":
        return this.#send(this.#person(it.from).hybridOf(it.tlvs), this.#person(it.from));
      case "mutated":
        return this.#send(this.#mutated(it.which, it.mutation, it.at), this.#person(it.from));
      case "rsa":
        return harness.jobs.length > 0 ? harness.doJob(it.which % harness.jobs.length) : undefined;
      case "time":
        return harness.run(it.ms);
      case "wallClock":
        return harness.clock.setUnixMs(harness.clock.now.unixMs + it.ms);
      case "reader":
        harness.readerHasRoom = it.hasRoom;
        return;
      case "sendTo":
        return this.#sendTo(this.#person(it.to).address, it.bytes);
      case "kick": {
        const { address } = this.#person(it.from);
        return harness.carryOut(harness.core.kick(address, "", harness.clock.now) ?? []);
      }
      default:
        return it satisfies never;
    }
  }

  /** Lets all that is under way come to its end. */
  finish(): void {
    this.harness.readerHasRoom = true;
    this.harness.doJobs();
    this.harness.held.clear();
    this.harness.tick();
    for (const person of this.people) person.forget();
  }

  /** How many bytes someone has sent. */
  sentBytes(person: DirectScriptedClient): number {
    return this.#sentBytes.get(person) ?? 0;
  }

  /** What someone has sent, for an eavesdropper to use. */
  #datagramsOf(person: DirectScriptedClient): Uint8Array[] {
    const part = { transferId: new Uint8Array(8), number: 0, count: 2 };
    return [
      ...(this.#clients > 0 ? [person.key.pem] : []),
      person.plain("whole", { looksLikeFragment: true }),
      person.plain("two blocks".padEnd(300)),
      person.hybrid("once"),
      person.hybrid("numbered", { sequence: 1n }),
      person.hybrid("signed", { sequence: 2n, signer: person.key }),
      person.hybrid("part 0", { sequence: 3n, part }),
      person.hybrid("part 1", { sequence: 4n, part: { ...part, number: 1 } }),
      ...person.fragments(person.plain("in fragments".padEnd(500)), {
        payloadBytes: STAGE_MODULUS_BYTES - 6,
      }),
      ...person.fragments(person.hybrid("hybrid in fragments"), { payloadBytes: 200 }),
    ];
  }

  #person(index: number): DirectScriptedClient {
    const person = this.people[index % this.people.length];
    assert(person !== undefined);
    return person;
  }

  #send(datagram: Uint8Array, person: DirectScriptedClient): void {
    this.#sentBytes.set(person, this.sentBytes(person) + datagram.byteLength);
    person.send(datagram);
  }

  #sendTo(address: string, bytes: number): void {
    const { core, clock } = this.harness;
    const result = core.sendTo(address, new Uint8Array(bytes), ++this.#lastSendId, clock.now);
    if ("effects" in result) this.harness.carryOut(result.effects);
  }

  #mutated(which: number, mutation: Mutation, at: number): Uint8Array {
    const datagram = this.#recorded[which % this.#recorded.length]?.slice();
    assert(datagram !== undefined);
    const place = at % datagram.byteLength;
    if (mutation === "cut") return datagram.slice(0, place);
    if (mutation === "repeat") return Uint8Array.from([...datagram, ...datagram.slice(place)]);
    if (mutation === "flip") datagram[place] = (datagram[place] ?? 0) ^ (1 << (at & 7));
    return datagram;
  }
}

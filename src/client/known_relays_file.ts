import { concat } from "@std/bytes";
import { lockFile } from "../settings/file_lock.ts";
import { readStateFile, writeStateFile } from "../settings/state_file.ts";
import {
  type KnownRelay,
  knownRelayLine,
  type KnownRelays,
  parseKnownRelays,
} from "./known_relays.ts";

const LINE_FEED = 0x0a;

/**
 * The relays that this user trusts, kept in a file as SSH keeps its known hosts.
 *
 * The file is the user's: lines are only ever appended, and what is not understood stays as it is.
 */
export class KnownRelaysFile implements KnownRelays {
  /** The file. */
  readonly path: string;

  /** @param path The file; it need not be there. */
  constructor(path: string) {
    this.path = path;
  }

  /** @inheritdoc */
  async find(relay: string): Promise<KnownRelay[]> {
    const bytes = await readStateFile(this.path) ?? new Uint8Array();
    return parseKnownRelays(new TextDecoder().decode(bytes)).filter((known) =>
      known.relay === relay
    );
  }

  /**
   * @inheritdoc
   *
   * Several clients can do this at once: each reads and writes while it holds a lock, so that none
   * writes over what another has just added.
   */
  async add(relay: string, fingerprint: string, sinceUnixMs: number): Promise<void> {
    using _lock = await lockFile(this.path);
    const known = await this.find(relay);
    if (known.some((other) => other.fingerprint === fingerprint)) return;
    const before = await readStateFile(this.path) ?? new Uint8Array();
    const isEnded = before.byteLength === 0 || before.at(-1) === LINE_FEED;
    const line = knownRelayLine(relay, fingerprint, sinceUnixMs);
    const added = new TextEncoder().encode(isEnded ? line : `\n${line}`);
    await writeStateFile(this.path, concat([before, added]));
  }
}

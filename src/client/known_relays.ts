import { isFingerprint } from "../crypto/identity.ts";

/** A relay that was met before. */
export interface KnownRelay {
  /** How the user names it: `HOST:PORT`, or `group IP:PORT`. */
  readonly relay: string;
  /** Fingerprint of its identity. */
  readonly fingerprint: string;
  /** Where it stands in the file, from 1. */
  readonly lineNumber: number;
}

/** Where relays that were met before are kept. */
export interface KnownRelays {
  /** Names the place to the user. */
  readonly path: string;

  /**
   * Looks a relay up.
   *
   * @param relay How the user names it: `HOST:PORT`, or `group IP:PORT`.
   * @returns All entries about it, in order.
   * @throws {StateFileError} If they can't be read.
   */
  find(relay: string): Promise<KnownRelay[]>;

  /**
   * Adds a relay, unless it is there with the same fingerprint already.
   *
   * @param relay How the user names it.
   * @param fingerprint Fingerprint of its identity.
   * @param sinceUnixMs Wall-clock time, milliseconds.
   * @throws {StateFileError} If it can't be stored.
   */
  add(relay: string, fingerprint: string, sinceUnixMs: number): Promise<void>;
}

/**
 * Reads a file of known relays.
 *
 * @param text Lines of `HOST:PORT SHA256:...` or `group IP:PORT SHA256:...`; `#` begins a comment.
 * @returns The relays in order. A line of any other form is passed over: a damaged line costs its own
 *   relay, not all of them.
 */
export function parseKnownRelays(text: string): KnownRelay[] {
  return text.split("\n").flatMap((line, index) => {
    const words = line.split("#", 1).join("").trim().split(/\s+/);
    const fingerprint = words.pop() ?? "";
    const relay = words.join(" ").toLowerCase();
    const isWhole = words.length === 1 || (words.length === 2 && words[0] === "group");
    if (!isWhole || !isFingerprint(fingerprint)) return [];
    return [{ relay, fingerprint, lineNumber: index + 1 }];
  });
}

/**
 * Writes a line of the file.
 *
 * @param relay How the user names the relay.
 * @param fingerprint Fingerprint of its identity.
 * @param sinceUnixMs When it was first trusted, wall-clock milliseconds.
 * @returns The line with its line feed.
 */
export function knownRelayLine(relay: string, fingerprint: string, sinceUnixMs: number): string {
  const day = new Date(sinceUnixMs).toISOString().slice(0, 10);
  return `${relay} ${fingerprint} # since ${day}\n`;
}

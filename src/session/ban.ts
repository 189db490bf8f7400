/** That an address or a name is kept out. */
export interface Ban {
  /** What `target` is. */
  readonly kind: "ip" | "name";
  /** IP address as `sourceKey` writes it (so the /64 of an IPv6 one), or client name. */
  readonly target: string;
  /** When it was made, Unix milliseconds. */
  readonly sinceUnixMs: number;
  /** When it ends, Unix milliseconds; `undefined` for never. */
  readonly untilUnixMs: number | undefined;
}

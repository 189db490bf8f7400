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

/** That an address or a name is kept out no longer: kept, so that no relay that missed it brings the ban back. */
export interface LiftedBan {
  /** What `target` is. */
  readonly kind: "ip" | "name";
  /** As in `Ban`. */
  readonly target: string;
  /** When it was lifted, Unix milliseconds. */
  readonly liftedUnixMs: number;
}

/** What was last decided about a target. */
export type BanRecord = Ban | LiftedBan;

/** Whether a record says that the target is kept out no longer. */
export function isLifted(record: BanRecord): record is LiftedBan {
  return "liftedUnixMs" in record;
}

/** A ban, as `list_bans` tells of it. */
export interface BanEntry {
  readonly target: string;
  /** `address` or `name`. */
  readonly kind: string;
  /** ISO 8601. */
  readonly since: string;
  /** ISO 8601; without it until it is lifted. */
  readonly until: string | undefined;
}

/**
 * Reads the data of a reply to `list_bans`.
 *
 * @param data Anything.
 * @returns The bans, without what has not the form of one.
 */
export function readBans(data: unknown): readonly BanEntry[] {
  return Array.isArray(data) ? data.flatMap((element) => readBan(element) ?? []) : [];
}

function readBan(value: unknown): BanEntry | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!("target" in value && "kind" in value && "since" in value)) return undefined;
  const { target, kind, since } = value;
  if (typeof target !== "string" || typeof kind !== "string" || typeof since !== "string") {
    return undefined;
  }
  const until = "until" in value && typeof value.until === "string" ? value.until : undefined;
  return { target, kind, since, until };
}

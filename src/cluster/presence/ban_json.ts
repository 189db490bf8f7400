import { isIP } from "node:net";
import { type BanRecord, isLifted } from "../../session/ban.ts";
import { sourceKey } from "../../session/source_limiter.ts";
import { fieldsOf, proseOf, unixMsOf } from "./json_fields.ts";

/** The longest target, UTF-16 units: no client name and no address is longer. */
const MAX_TARGET_UNITS = 128;

/** A record as JSON. */
export function banToJson(record: BanRecord): object {
  const { kind, target } = record;
  if (isLifted(record)) return { [kind]: target, lifted: record.liftedUnixMs };
  return { [kind]: target, since: record.sinceUnixMs, until: record.untilUnixMs };
}

/** Reads a record; `undefined` for what is none. */
export function parseBanRecord(value: unknown): BanRecord | undefined {
  const fields = fieldsOf(value);
  const kind = fields?.ip === undefined ? "name" : "ip";
  const target = kind === "ip" ? addressOf(fields?.ip) : proseOf(fields?.name, MAX_TARGET_UNITS);
  if (target === undefined || target === "") return undefined;
  const liftedUnixMs = unixMsOf(fields?.lifted);
  if (liftedUnixMs !== undefined) return { kind, target, liftedUnixMs };
  const sinceUnixMs = unixMsOf(fields?.since);
  const untilUnixMs = unixMsOf(fields?.until);
  if (sinceUnixMs === undefined) return undefined;
  // An end that can't be read is no ban for ever.
  if (fields?.until !== undefined && untilUnixMs === undefined) return undefined;
  return { kind, target, sinceUnixMs, untilUnixMs };
}

/** As `Ban` has it; of IPv6, the /64 lacks its end. */
function addressOf(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > MAX_TARGET_UNITS) return undefined;
  const address = [value, `${value}::`].find((text) => isIP(text) !== 0);
  return address && sourceKey(address);
}

/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { statisticAt, type StatisticsTree } from "../observe/statistics_tree.ts";
import type { ServerProfile } from "../watch/feed_event.ts";
import type { TrafficPoint } from "../watch/traffic_point.ts";
import { formatBytes, formatCount, formatRate } from "./format_number.ts";
import { totalDrops } from "./charts/traffic_history.ts";

/** What the tiles are drawn from. */
export interface TilesProps {
  readonly profile: ServerProfile | undefined;
  readonly points: readonly TrafficPoint[];
  readonly statistics: StatisticsTree;
}

/** One figure. */
interface Tile {
  readonly name: string;
  readonly value: string;
  readonly unit?: string;
  /** More of it, in a few words. */
  readonly note?: string;
  /** Whether the value is a word rather than a number. */
  readonly isWord?: boolean;
  /** Whether somebody should have a look. */
  readonly isWarning?: boolean;
}

/** A timer that runs this late tells of a server that is short of time, milliseconds. */
const LATE_MS = 100;

/** The figures of the moment. */
export function Tiles({ profile, points, statistics }: TilesProps) {
  const point = points.at(-1);
  if (profile === undefined || point === undefined) return <p class="waiting">No figures yet.</p>;
  const tiles = [...flowTiles(point, statistics), ...serverTiles(profile, point, statistics)];
  return (
    <section aria-label="Figures">
      <dl class="tiles">
        {tiles.map(({ name, value, unit, note, isWord, isWarning }) => (
          <div key={name} class={isWarning ? "tile warning" : "tile"}>
            <dt>{name}</dt>
            <dd>
              <span class={isWord ? "value word" : "value"}>{value}</span>
              {unit !== undefined && <span class="unit">{unit}</span>}
              {note !== undefined && <span class="note">{note}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function flowTiles(point: TrafficPoint, statistics: StatisticsTree): Tile[] {
  const total = (path: string) => formatCount(statisticAt(statistics, path));
  const volume = (path: string) => formatBytes(statisticAt(statistics, path));
  const drops = totalDrops(point);
  return [
    { name: "Clients", value: formatCount(point.clients) },
    {
      name: "Messages in",
      value: formatRate(point.messages_in),
      unit: "/s",
      note: `${total("messages.in")} total`,
    },
    {
      name: "Messages out",
      value: formatRate(point.messages_out),
      unit: "/s",
      note: `${total("messages.out")} total`,
    },
    {
      name: "Bytes in",
      value: formatBytes(point.bytes_in),
      unit: "/s",
      note: `${volume("messages.bytes_in")} total`,
    },
    {
      name: "Bytes out",
      value: formatBytes(point.bytes_out),
      unit: "/s",
      note: `${volume("messages.bytes_out")} total`,
    },
    {
      name: "Drops",
      value: formatRate(drops),
      unit: "/s",
      note: drops > 0 ? "reasons below" : "none now",
      isWarning: drops > 0,
    },
  ];
}

function serverTiles(
  { kind, group_delivery }: ServerProfile,
  { lag_ms }: TrafficPoint,
  statistics: StatisticsTree,
): Tile[] {
  const isLate = lag_ms >= LATE_MS;
  const waiting = kind === "relay" ? "registrations.waiting" : "rsa.waiting";
  const tiles: Tile[] = [
    {
      name: "Event-loop lag",
      value: formatRate(lag_ms),
      unit: "ms",
      note: isLate ? "late: busy" : "on time",
      isWarning: isLate,
    },
    { name: "Memory", value: formatBytes(statisticAt(statistics, "rss_bytes")) },
    { name: "RSA waiting", value: formatCount(statisticAt(statistics, waiting)) },
  ];
  return group_delivery === undefined ? tiles : [...tiles, groupTile(group_delivery, statistics)];
}

function groupTile(delivery: string, statistics: StatisticsTree): Tile {
  // `multicast` goes on with its address, for which there is no room.
  const [mode = delivery] = delivery.split(" ");
  const tile: Tile = { name: "Group", value: mode, isWord: true };
  if (mode === "off") return tile;
  return { ...tile, note: `epoch ${statisticAt(statistics, "group.epoch")}` };
}

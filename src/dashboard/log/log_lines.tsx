/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { Fragment } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { escapeUnprintable } from "../../observe/printable_text.ts";
import type { LogLine } from "../../watch/feed_event.ts";
import { formatCount } from "../format_number.ts";
import { formatDay, formatTimeOfDay } from "../format_time.ts";
import { fieldsText, type LogEntry, newDays } from "./log_tail.ts";
import { memo } from "../memo.ts";

/** What the lines are drawn from. */
export interface LogLinesProps {
  readonly entries: readonly LogEntry[];
  /** Whether the newest line stays in sight, unless the user has scrolled up. */
  readonly isFollowing: boolean;
}

/** How far from the end counts as at the end, CSS pixels. */
const AT_END_PIXELS = 24;

/** Lines of the log, the newest at the bottom. Not a live region: it would never stop talking. */
export function LogLines({ entries, isFollowing }: LogLinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const days = useMemo(() => newDays(entries, (time) => writeTime(time, formatDay)), [entries]);
  useLayoutEffect(() => {
    if (isFollowing && isAtEnd.current && box.current !== null) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [entries, isFollowing]);
  const noteScroll = ({ currentTarget: { scrollTop, clientHeight, scrollHeight } }: {
    readonly currentTarget: HTMLElement;
  }) => {
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < AT_END_PIXELS;
  };
  return (
    <div
      class="scroll log-scroll"
      role="region"
      aria-label="Log lines"
      tabIndex={0}
      ref={box}
      onScroll={noteScroll}
    >
      {entries.length === 0 && <p class="empty">No lines.</p>}
      <ol class="log">
        {entries.map((entry, index) => (
          <Fragment key={entry.serial}>
            {days[index] !== undefined && <li class="log-day">{days[index]}</li>}
            <LogItem entry={entry} />
          </Fragment>
        ))}
      </ol>
    </div>
  );
}

const LogItem = memo(({ entry }: { entry: LogEntry }) =>
  "line" in entry ? <Line line={entry.line} /> : (
    <li class="log-missing">
      {formatCount(entry.missing)} lines are missing: they came faster than this page took them
    </li>
  )
);

function Line({ line }: { line: LogLine }) {
  return (
    <li class={`log-line level-${/^[a-z]+$/.exec(line.level)?.[0] ?? "other"}`}>
      <time dateTime={line.time} title={line.time}>{writeTime(line.time, formatTimeOfDay)}</time>
      <span class="level">{escapeUnprintable(line.level.toUpperCase())}</span>
      <span class="message">{escapeUnprintable(line.message)}</span>
      <span class="log-fields">{fieldsText(line)}</span>
    </li>
  );
}

function writeTime(time: string, write: (unixMs: number) => string): string {
  const unixMs = Date.parse(time);
  return Number.isNaN(unixMs) ? escapeUnprintable(time) : write(unixMs);
}

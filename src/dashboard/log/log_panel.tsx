/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { useMemo, useState } from "preact/hooks";
import { formatCount } from "../format_number.ts";
import { LogLines } from "./log_lines.tsx";
import { filterLog, LOG_LEVELS, type LogEntry, type LogLevel } from "./log_tail.ts";

/** What the log's panel is drawn from. */
export interface LogPanelProps {
  readonly entries: readonly LogEntry[];
  readonly level: LogLevel;
  readonly onLevel: (level: LogLevel) => void;
}

const LEVEL_LABELS: Readonly<Record<LogLevel, string>> = {
  debug: "Debug and above",
  info: "Info and above",
  warn: "Warnings and above",
  error: "Errors and above",
  critical: "Critical alone",
};

/** The tail of the log. Paused, it stays as it was, whatever comes. */
export function LogPanel({ entries, level, onLevel }: LogPanelProps) {
  const [text, setText] = useState("");
  const [paused, pauseAt] = useState<readonly LogEntry[]>();
  const all = paused ?? entries;
  const shown = useMemo(() => filterLog(all, level, text), [all, level, text]);
  return (
    <section class="panel" id="log" aria-labelledby="log-title" tabIndex={-1}>
      <div class="panel-head">
        <h2 id="log-title">Log</h2>
        <LevelField level={level} onLevel={onLevel} />
        <label class="field">
          <span class="visually-hidden">Search the log</span>
          <input
            type="search"
            placeholder="Search messages and fields…"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <p class="count">{formatCount(shown.length)} of {formatCount(all.length)} lines</p>
        <button
          type="button"
          class="pause"
          onClick={() => pauseAt(paused === undefined ? entries : undefined)}
        >
          {paused === undefined ? "Pause" : "Follow"}
        </button>
        {paused !== undefined && <PauseNote paused={paused} entries={entries} />}
      </div>
      <LogLines entries={shown} isFollowing={paused === undefined} />
    </section>
  );
}

function LevelField({ level, onLevel }: Pick<LogPanelProps, "level" | "onLevel">) {
  const choose = (value: string) => {
    const chosen = LOG_LEVELS.find((name) => name === value);
    if (chosen !== undefined) onLevel(chosen);
  };
  return (
    <label class="field">
      <span class="visually-hidden">Level of the log</span>
      <select value={level} onChange={(event) => choose(event.currentTarget.value)}>
        {LOG_LEVELS.map((name) => <option key={name} value={name}>{LEVEL_LABELS[name]}</option>)}
      </select>
    </label>
  );
}

interface PauseNoteProps {
  readonly paused: readonly LogEntry[];
  readonly entries: readonly LogEntry[];
}

function PauseNote({ paused, entries }: PauseNoteProps) {
  const last = paused.at(-1)?.serial ?? -1;
  const news = entries.filter(({ serial }) => serial > last).length;
  return <p class="count paused">Paused, {formatCount(news)} new</p>;
}

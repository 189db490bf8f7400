import { assertEquals } from "@std/assert";
import type { EventLogger, LogFields } from "../../src/observe/event_logger.ts";
import { RelayReporter } from "../../src/relay/relay_reporter.ts";
import { summaryOf } from "../../src/session/client_summary.ts";
import { fakeSession } from "../support/fake_session.ts";

interface Line {
  readonly message: string;
  readonly fields: LogFields | undefined;
}

/** A reporter, and what it logs. */
function recording(): { reporter: RelayReporter; lines: Line[] } {
  const lines: Line[] = [];
  const log = (message: string, fields?: LogFields) => void lines.push({ message, fields });
  const logger: EventLogger = { debug: log, info: log, warn: log, error: log };
  return { reporter: new RelayReporter(logger, () => {}, 0), lines };
}

const client = summaryOf(fakeSession({ name: "alice" }), { monotonicMs: 0, unixMs: 0 });

const floods: { name: string; flood: (reporter: RelayReporter, nowMs: number) => void }[] = [
  {
    name: "moved()",
    flood: (reporter, nowMs) => reporter.moved(client, "127.0.0.1:6000", nowMs),
  },
  {
    name: "rejected()",
    flood: (reporter, nowMs) =>
      reporter.rejected({ hostname: "127.0.0.1", port: 6_000 }, "banned", nowMs),
  },
];
for (const { name, flood } of floods) {
  Deno.test(`RelayReporter.${name} logs 10 at once, then 1 a second, and how many it left out`, () => {
    const { reporter, lines } = recording();
    for (let count = 0; count < 500; count++) flood(reporter, 0);
    assertEquals(lines.length, 10);
    flood(reporter, 1_000);
    flood(reporter, 1_000);
    assertEquals(lines.slice(10).map(({ fields }) => fields?.suppressed), [490]);
  });
}

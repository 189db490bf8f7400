import { assertEquals, assertStrictEquals } from "@std/assert";
import { LogLevels, LogRecord } from "@std/log";

import { type LogEntry, LogHub, type Subscription } from "../../src/observe/log_hub.ts";

function record(level: keyof typeof LogLevels, msg: string, fields?: object): LogRecord {
  return new LogRecord({ msg, args: [fields], level: LogLevels[level], loggerName: "default" });
}

/** A listener that keeps the messages it gets. */
function collect(into: string[]): (entry: LogEntry) => void {
  return (entry) => void into.push(`${entry.level} ${entry.json()["message"]}`);
}

Deno.test("LogHub hands every listener what reaches its level", () => {
  const hub = new LogHub();
  const all: string[] = [];
  const few: string[] = [];
  hub.subscribe("DEBUG", collect(all));
  hub.subscribe("ERROR", collect(few));
  hub.handle(record("DEBUG", "a"));
  hub.handle(record("WARN", "b"));
  hub.handle(record("ERROR", "c"));
  assertEquals(all, ["DEBUG a", "WARN b", "ERROR c"]);
  assertEquals(few, ["ERROR c"]);
});

Deno.test("LogHub's level is the lowest of its listeners' levels", () => {
  const hub = new LogHub();
  const levels: string[] = [];
  using _watch = hub.watchLevel(() => levels.push(hub.levelName));
  const first = hub.subscribe("INFO", () => {});
  const second = hub.subscribe("DEBUG", () => {});
  const third = hub.subscribe("ERROR", () => {});
  second.setLevel("WARN");
  first.close();
  second.close();
  third.close();
  assertEquals(levels, ["INFO", "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL"]);
  assertEquals(hub.size, 0);
});

Deno.test("LogHub tells a watcher that is disposed of nothing", () => {
  const hub = new LogHub();
  let calls = 0;
  const watch = hub.watchLevel(() => calls++);
  hub.subscribe("INFO", () => {});
  watch[Symbol.dispose]();
  hub.subscribe("DEBUG", () => {});
  assertEquals(calls, 1);
});

Deno.test("LogHub obeys a level that is changed", () => {
  const hub = new LogHub();
  const seen: string[] = [];
  const subscription = hub.subscribe("ERROR", collect(seen));
  hub.handle(record("INFO", "a"));
  subscription.setLevel("DEBUG");
  hub.handle(record("DEBUG", "b"));
  subscription.setLevel("CRITICAL");
  hub.handle(record("ERROR", "c"));
  hub.handle(record("CRITICAL", "d"));
  assertEquals(seen, ["DEBUG b", "CRITICAL d"]);
});

Deno.test("LogHub forgets a listener that has left, and leaving twice is safe", () => {
  const hub = new LogHub();
  const seen: string[] = [];
  const subscription = hub.subscribe("DEBUG", collect(seen));
  subscription.close();
  subscription.close();
  subscription.setLevel("DEBUG");
  hub.handle(record("CRITICAL", "a"));
  assertEquals(seen, []);
  assertEquals(hub.levelName, "CRITICAL");
});

Deno.test("LogHub lets a listener leave while it is called", () => {
  const hub = new LogHub();
  const seen: string[] = [];
  const subscription: Subscription = hub.subscribe("DEBUG", (entry) => {
    collect(seen)(entry);
    subscription.close();
  });
  const after: string[] = [];
  hub.subscribe("DEBUG", collect(after));
  hub.handle(record("INFO", "a"));
  hub.handle(record("INFO", "b"));
  assertEquals(seen, ["INFO a"]);
  assertEquals(after, ["INFO a", "INFO b"]);
});

Deno.test("LogHub does not call a listener that another one has just removed", () => {
  const hub = new LogHub();
  const seen: string[] = [];
  hub.subscribe("DEBUG", () => victim.close());
  const victim: Subscription = hub.subscribe("DEBUG", collect(seen));
  hub.handle(record("INFO", "a"));
  assertEquals(seen, []);
});

Deno.test("LogHub gives a listener that joins during a line the next line", () => {
  const hub = new LogHub();
  const seen: string[] = [];
  const joining = hub.subscribe("DEBUG", () => {
    joining.close();
    hub.subscribe("DEBUG", collect(seen));
  });
  hub.handle(record("INFO", "a"));
  hub.handle(record("INFO", "b"));
  assertEquals(seen, ["INFO b"]);
});

Deno.test("LogHub goes on when a listener throws, and counts", () => {
  const hub = new LogHub();
  const seen: string[] = [];
  hub.subscribe("DEBUG", () => {
    throw new Error("broken");
  });
  hub.subscribe("DEBUG", collect(seen));
  hub.handle(record("INFO", "a"));
  hub.handle(record("INFO", "b"));
  assertEquals(seen, ["INFO a", "INFO b"]);
  assertEquals(hub.failedCalls, 2);
});

Deno.test("LogHub does not call listeners with what a listener logs", () => {
  const hub = new LogHub();
  const seen: string[] = [];
  hub.subscribe("DEBUG", (entry) => {
    collect(seen)(entry);
    hub.handle(record("INFO", "echo"));
  });
  hub.handle(record("INFO", "a"));
  hub.handle(record("INFO", "b"));
  assertEquals(seen, ["INFO a", "INFO b"]);
});

Deno.test("LogHub formats a line when it is asked for, and only once for all", () => {
  const hub = new LogHub();
  const entries: LogEntry[] = [];
  let reads = 0;
  const fields = {
    get id(): string {
      reads++;
      return "pump-3";
    },
  };
  hub.subscribe("DEBUG", (entry) => entries.push(entry));
  hub.subscribe("DEBUG", (entry) => entries.push(entry));
  hub.handle(record("INFO", "a", fields));
  const [one, two] = entries;
  assertStrictEquals(one, two);
  assertEquals(reads, 0);
  assertEquals(one?.text().endsWith(" INFO  a id=pump-3"), true);
  assertEquals(two?.text(), one?.text());
  assertEquals(reads, 1);
  assertStrictEquals(one?.json(), two?.json());
  assertEquals(reads, 2);
});

Deno.test("LogHub costs nothing below its level", () => {
  const hub = new LogHub();
  const trap = new Proxy(record("INFO", "a"), {
    get: (target, key) => key === "level" ? target.level : unexpected(key),
  });
  hub.handle(trap);
  hub.subscribe("WARN", () => {});
  hub.handle(trap);
});

function unexpected(key: PropertyKey): never {
  throw new Error(`Cannot expect a look at ${String(key)}`);
}

import { assertEquals } from "@std/assert";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { METRICS } from "../../src/http/metrics/metrics_catalogue.ts";
import { DROP_REASONS } from "../../src/observe/counters.ts";
import { DIRECT_DROP_REASONS } from "../../src/observe/direct_counters.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Rooms whose log a server writes; clients have their own words. */
const SERVER_ROOMS = [
  "relay",
  "cluster",
  "history",
  "direct",
  "control",
  "http",
  "observe",
  "settings",
];

/** Files of `src/cli` that log for a server. */
const SERVER_COMMANDS = [
  "relay.ts",
  "relay_access.ts",
  "cluster_key.ts",
  "cluster_member.ts",
  "direct.ts",
  "control_port.ts",
  "http_port.ts",
];

const page = Deno.readTextFileSync(join(ROOT, "docs/OPERATIONS.md"));

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(join(folder, name)) : [join(folder, name)]
  );
}

function sourcesOf(room: string): string[] {
  return filesBelow(join(ROOT, "src", room))
    .filter((path) => path.endsWith(".ts"))
    .filter((path) => room !== "cli" || SERVER_COMMANDS.includes(basename(path)))
    .map((path) => Deno.readTextFileSync(path))
    // Examples in comments log nothing.
    .map((text) => text.replaceAll(/^\s*(?:\*|\/\/).*$/gm, ""));
}

/** Messages that the code logs: the first argument where a logger is called with a literal. */
function loggedMessages(): Set<string> {
  const texts = [...SERVER_ROOMS, "cli"].flatMap(sourcesOf);
  const call = /logger(?:\.(?:debug|info|warn|error)|\[\w+\])\(\s*"([^"]+)"/gi;
  return new Set(
    texts.flatMap((text) => [...text.matchAll(call)].map(([, message = ""]) => message)),
  );
}

/** Messages of the page: the second column of its tables of log lines. */
function documentedMessages(): Set<string> {
  const rows = page.matchAll(/^\| (?:debug|info|warn|error|info\/debug)\s*\| `([^`]+)`/gm);
  return new Set(Array.from(rows, ([, message = ""]) => message));
}

/** Messages that are put together of the way by which a command came, and a text. */
const COMPOSED = [
  "control command",
  "control command failed",
  "http command",
  "http command failed",
];

Deno.test("docs/OPERATIONS.md describes every message that a server logs", () => {
  const documented = documentedMessages();
  const missing = [...loggedMessages(), ...COMPOSED].filter((text) => !documented.has(text));
  assertEquals(missing, []);
});

Deno.test("docs/OPERATIONS.md describes no message that no server logs", () => {
  const code = [...SERVER_ROOMS, "cli"].flatMap(sourcesOf).join("\n");
  const unknown = [...documentedMessages()]
    .filter((text) => !COMPOSED.includes(text) && !code.includes(`"${text}"`));
  assertEquals(unknown, []);
});

Deno.test("docs/OPERATIONS.md names every metric, and no other", () => {
  const named = new Set(
    Array.from(page.matchAll(/^\| `((?:hushcast|process)_\w+)`/gm), ([, name = ""]) => name),
  );
  assertEquals([...named].sort(), Object.keys(METRICS).sort());
});

Deno.test("docs/OPERATIONS.md explains every reason for a drop, and no other", () => {
  const rows = page.matchAll(/^\| `(\w+)`\s*\| (?:both|relay|direct)\s*\| \w/gm);
  const explained = new Set(Array.from(rows, ([, reason = ""]) => reason));
  const known = new Set([...DROP_REASONS, ...DIRECT_DROP_REASONS]);
  assertEquals([...explained].sort(), [...known].sort());
});

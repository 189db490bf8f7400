import { assertEquals } from "@std/assert";
import { dirname, join, normalize, relative } from "node:path";

/**
 * Which rooms of `src` a room may import from. Arrows point down only: what is not listed is not
 * allowed, and no room imports one that imports it.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  cli: [
    "cluster",
    "history",
    "relay",
    "direct",
    "control",
    "http",
    "client",
    "watch",
    "session",
    "wire",
    "crypto",
    "observe",
    "settings",
  ],
  http: ["control", "watch", "session", "crypto", "observe", "settings"],
  dashboard: ["watch", "observe"],
  relay: ["history", "session", "wire", "crypto", "observe", "settings"],
  direct: ["session", "wire", "crypto", "observe", "settings"],
  control: ["session", "wire", "crypto", "observe", "settings"],
  client: ["session", "wire", "crypto", "observe", "settings"],
  cluster: ["history", "session", "wire", "crypto", "observe", "settings"],
  history: ["wire", "crypto", "observe", "settings"],
  watch: ["observe"],
  observe: [],
  settings: ["watch", "session", "wire", "crypto", "observe"],
  session: ["wire", "crypto"],
  wire: [],
  crypto: [],
  std: [],
};

/** Rooms in which `Deno.*` may be used anywhere, beside the shells. */
const DENO_ROOMS = ["cli", "settings", "observe", "std"];

/** Files of the protocol rooms that hold sockets, files, timers or clocks. */
const SHELLS = new Set([
  "session/udp_socket.ts",
  "session/read_clocks.ts",
  "relay/auth_tokens_watch.ts",
  "relay/relay_server.ts",
  "session/random_pool.ts",
  "session/deadline_timer.ts",
  "client/relay_client.ts",
  "client/group_membership.ts",
  "client/connection_plan.ts",
  "client/known_relays_file.ts",
  "client/resolve_host.ts",
  "client/seal_key.ts",
  "direct/direct_server.ts",
  "direct/client_keeper.ts",
  "client/direct/direct_client.ts",
  "control/control_link.ts",
  "control/control_clock.ts",
  "control/control_tls.ts",
  "control/tcp_duplex.ts",
  "control/control_server.ts",
  "control/connection_shell.ts",
  "control/connection_errors.ts",
  "control/listen_address.ts",
  "http/http_server.ts",
]);

const SOURCE = new URL("../src/", import.meta.url).pathname;

interface SourceFile {
  /** Path below `src`. */
  readonly path: string;
  readonly room: string;
  readonly text: string;
}

function readSources(directory = SOURCE): SourceFile[] {
  return [...Deno.readDirSync(directory)].flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory) return readSources(path);
    const below = relative(SOURCE, path);
    const room = below.includes("/") ? below.slice(0, below.indexOf("/")) : "";
    return [{ path: below, room, text: Deno.readTextFileSync(path) }];
  });
}

function importsOf({ text }: SourceFile): string[] {
  const clauses = [
    /^(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"/gm,
    /^import\s+"([^"]+)"/gm,
    /\bimport\("([^"]+)"\)/g,
  ];
  return clauses.flatMap((clause) => Array.from(text.matchAll(clause), ([, path = ""]) => path));
}

/** Code without comments and strings, roughly: enough to see which names it uses. */
function codeOf({ text }: SourceFile): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/\/\/.*$/gm, "")
    .replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""');
}

function roomOf(file: SourceFile, specifier: string): string {
  const target = relative(SOURCE, normalize(join(SOURCE, dirname(file.path), specifier)));
  if (target.startsWith("..")) return "";
  return target.includes("/") ? target.slice(0, target.indexOf("/")) : "";
}

const sources = readSources();

Deno.test("src/ has only the rooms of the plan", () => {
  const rooms = new Set(sources.map(({ room }) => room).filter((room) => room !== ""));
  assertEquals([...rooms].filter((room) => !Object.hasOwn(ALLOWED, room)), []);
});

Deno.test("docs/ARCHITECTURE.md shows the rooms and what they may import", () => {
  const page = Deno.readTextFileSync(new URL("../docs/ARCHITECTURE.md", import.meta.url));
  const rows = page.matchAll(/^\| `(\w+)` +\| ((?:`\w+`(?:, )?)+|nothing) +\|/gm);
  const shown = Array.from(rows, ([, room = "", rooms = ""]) => {
    const names = Array.from(rooms.matchAll(/`(\w+)`/g), ([, name]) => name);
    return [room, names.sort()] as const;
  });
  const allowed = Object.entries(ALLOWED).map(([room, rooms]) => [room, rooms.toSorted()] as const);
  assertEquals(Object.fromEntries(shown), Object.fromEntries(allowed));
});

Deno.test("imports within src/ point down only", () => {
  const wrong = sources.flatMap((file) =>
    importsOf(file)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => ({ specifier, target: roomOf(file, specifier) }))
      .filter(({ target }) => target !== "" && target !== file.room)
      .filter(({ target }) => !ALLOWED[file.room]?.includes(target))
      .map(({ specifier }) => `${file.path} imports ${specifier}`)
  );
  assertEquals(wrong, []);
});

Deno.test("imports within src/ make no circle", () => {
  const edges = new Map(sources.map((file) => [
    file.path,
    importsOf(file).filter((specifier) => specifier.startsWith("."))
      .map((specifier) => normalize(join(dirname(file.path), specifier))),
  ]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(" > "));
    if (done.has(path)) return;
    done.add(path);
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
  };
  for (const path of edges.keys()) visit(path, []);
  assertEquals(circles, []);
});

Deno.test("wire, crypto, session and the cores import no third-party package", () => {
  const wrong = sources
    .filter(({ room }) =>
      ["wire", "crypto", "session", "relay", "direct", "client", "control", "watch"].includes(room)
    )
    .flatMap((file) =>
      importsOf(file)
        .filter((specifier) => !/^(\.|node:|@std\/)/.test(specifier))
        .map((specifier) => `${file.path} imports ${specifier}`)
    );
  assertEquals(wrong, []);
});

Deno.test("Deno.* is used in shells, cli, settings, observe and std only", () => {
  const wrong = sources
    .filter(({ room, path }) => !DENO_ROOMS.includes(room) && !SHELLS.has(path))
    .filter((file) => /\bDeno\./.test(codeOf(file)))
    .map(({ path }) => path);
  assertEquals(wrong, []);
});

Deno.test("cores have no clock, timer or randomness of their own", () => {
  const own = /\b(?:Date\.now|performance\.|setTimeout|setInterval|Math\.random|getRandomValues)\b/;
  const wrong = sources
    .filter(({ room, path }) =>
      ["wire", "session", "relay", "direct", "client", "control", "http", "watch"].includes(room) &&
      !SHELLS.has(path)
    )
    .filter((file) => own.test(codeOf(file)))
    .map(({ path }) => path);
  assertEquals(wrong, []);
});

Deno.test("src/ never writes to the console", () => {
  const wrong = sources
    .filter(({ room }) => room !== "std")
    .filter((file) => /\bconsole\./.test(codeOf(file)))
    .map(({ path }) => path);
  assertEquals(wrong, []);
});

import { assertEquals } from "@std/assert";

/** What `deno info --json` says of a module. */
interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier?: string };
    readonly isDynamic?: boolean;
  }[];
}

const ROOT = new URL("../../", import.meta.url).href;
const MAIN = `${ROOT}main.ts`;

/** All modules that are loaded before any command runs, as paths below the project. */
async function modulesOfStart(): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", MAIN],
    stdin: "null",
  }).output();
  const { modules }: { modules: ModuleInfo[] } = JSON.parse(new TextDecoder().decode(stdout));
  const byName = new Map(modules.map((module) => [module.specifier, module]));
  const found = new Set([MAIN]);
  for (const specifier of found) { // also goes through what is added meanwhile
    for (const { code, isDynamic } of byName.get(specifier)?.dependencies ?? []) {
      if (code?.specifier !== undefined && !isDynamic) found.add(code.specifier);
    }
  }
  return [...found].map((specifier) => specifier.replace(ROOT, ""));
}

Deno.test("COMMANDS load no relay, server, client, control port or log before a command runs", async () => {
  const modules = await modulesOfStart();
  assertEquals(modules.includes("src/cli/commands.ts"), true);
  const late = /^(?:src\/(?:relay|direct|client|control|std\/log)\/|npm:)/;
  assertEquals(modules.filter((path) => late.test(path)), []);
});

import { portableExecutable } from "../../scripts/compile/portable_executable.ts";
import { temporaryDirectory } from "./temporary_directory.ts";

/** A runtime of a few lines: it says what it was run with, and copies its input. */
const RUNTIME = `#!/bin/sh
if [ "$1" = --version ]; then exit 0; fi
printf 'pid %s\\nfrom %s\\ndeno_dir %s\\n' "$$" "$0" "$DENO_DIR"
printf 'home %s\\nhidden %s\\n' "$HOME" "$HUSHCAST_HIDDEN_HOME"
for arg in "$@"; do printf 'arg <%s>\\n' "$arg"; done
cat
exit 7
`;

/** What the fake runtime ends with. */
export const RUNTIME_CODE = 7;

/** The program that stands in the place of the bundle. */
export const PROGRAM = "the program\n";

/** How a portable executable ran. */
export interface PortableRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The cache folder that it ran from, if it did. */
  readonly folder: string | undefined;
  /** Arguments of the program, in order. */
  readonly args: readonly string[];
}

/** How to run one. */
export interface PortableRunOptions {
  /** What runs it, as in `busybox sh`; by default it is run by itself. */
  readonly shell?: readonly string[];
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
  /** How it is named, where not by its whole path. */
  readonly name?: string;
}

/** A portable executable with a tiny runtime, in a folder of its own. */
export class PortableFixture implements AsyncDisposable {
  /** Folder for whatever the test needs. */
  readonly path: string;
  /** The executable. */
  readonly file: string;
  readonly #folder: AsyncDisposable;

  private constructor(path: string, file: string, folder: AsyncDisposable) {
    this.path = path;
    this.file = file;
    this.#folder = folder;
  }

  /**
   * Builds one.
   *
   * @param options.runtime Text of the runtime.
   * @param options.damage Changes the finished file.
   */
  static async create(
    { runtime = RUNTIME, damage = (bytes) => bytes }: {
      runtime?: string;
      damage?: (bytes: Uint8Array) => Uint8Array;
    } = {},
  ): Promise<PortableFixture> {
    const folder = await temporaryDirectory();
    const encoder = new TextEncoder();
    const bytes = await portableExecutable({
      version: "1.2.3",
      target: "x86_64-unknown-linux-gnu",
      program: encoder.encode(PROGRAM),
      runtime: encoder.encode(runtime),
    });
    const file = `${folder.path}/hush cast`;
    await Deno.writeFile(file, damage(bytes), { mode: 0o755 });
    await Deno.mkdir(`${folder.path}/tmp`);
    return new PortableFixture(folder.path, file, folder);
  }

  /** Runs it to its end, with nothing in its environment but PATH, TMPDIR and what is given. */
  async run(options: PortableRunOptions = {}): Promise<PortableRun> {
    const [program = "", ...rest] = [...options.shell ?? [], options.name ?? this.file];
    const child = new Deno.Command(program, {
      args: [...rest, ...options.args ?? []],
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin", TMPDIR: `${this.path}/tmp`, ...options.environment },
      cwd: options.cwd ?? this.path,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const output = child.output();
    const writer = child.stdin.getWriter();
    // It may end without having read anything.
    await writer.write(new TextEncoder().encode(options.input ?? "")).catch(() => undefined);
    await writer.close().catch(() => undefined);
    const { code, stdout, stderr } = await output;
    const text = new TextDecoder().decode(stdout);
    return {
      code,
      stdout: text,
      stderr: new TextDecoder().decode(stderr),
      folder: /^from (.*)\/hushcast$/m.exec(text)?.[1],
      args: programArguments(text),
    };
  }

  /** Removes it with its folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}

/** Names of what a folder holds, sorted. */
export async function filesBelow(path: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(path), ({ name }) => name)).sort();
}

/** What stands behind the program among the runtime's arguments. */
function programArguments(text: string): string[] {
  const args = Array.from(text.matchAll(/^arg <([^]*?)>$/gm), ([, arg = ""]) => arg);
  return args.slice(args.findIndex((arg) => arg.endsWith("/hushcast.mjs")) + 1);
}

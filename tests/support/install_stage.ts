import { fileURLToPath } from "node:url";
import { sha256 } from "../../src/crypto/sha256.ts";
import { temporaryDirectory } from "./temporary_directory.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/install.sh", import.meta.url));

/** The line of the script with the folder that every user has in `PATH`. */
const SYSTEM_FOLDER = /^SYSTEM_FOLDER=.*\n/m;

/** The file that is there once a fake executable has run. */
const RAN = "ran";

/** What the fake executable answers to `--version`. */
export const FAKE_VERSION = "hushcast 9.9.9 (fake)";

/** What a run of the install script came to. */
export interface InstallRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the install script is run. */
export interface InstallOptions {
  /** The shell; `sh` by default. */
  readonly shell?: readonly string[] | undefined;
  /** Other values of `PATH` and `HOME`, which are all its environment; `undefined` unsets one. */
  readonly env?: { readonly PATH?: string; readonly HOME?: string | undefined };
}

/**
 * A copy of the install script with folders around it, all in a temporary directory. The folder of
 * the system, `/usr/local/bin`, is `system/bin` here, so that no test touches the real one.
 */
export class InstallStage implements AsyncDisposable {
  readonly #path: string;
  readonly #dispose: () => PromiseLike<void>;

  private constructor(path: string, dispose: () => PromiseLike<void>) {
    this.#path = path;
    this.#dispose = dispose;
  }

  /**
   * Makes a stage: `scripts` with the script, and the empty folders `work`, `dist` and `home`. There
   * is no `system/bin`.
   */
  static async open(): Promise<InstallStage> {
    const directory = await temporaryDirectory();
    const stage = new InstallStage(directory.path, () => directory[Symbol.asyncDispose]());
    for (const folder of ["scripts", "work", "dist", "home"]) await Deno.mkdir(stage.at(folder));
    const text = await Deno.readTextFile(SCRIPT);
    const staged = text.replace(SYSTEM_FOLDER, `SYSTEM_FOLDER='${stage.at("system/bin")}'\n`);
    if (staged === text) throw new Error("Cannot stage install.sh: no line with SYSTEM_FOLDER");
    await Deno.writeTextFile(stage.at("scripts/install.sh"), staged);
    return stage;
  }

  /** The absolute path of a file of the stage. */
  at(path: string): string {
    return `${this.#path}/${path}`;
  }

  /**
   * Puts a fake executable into the stage, and its line into the `SHA256SUMS` of its folder.
   *
   * @param path Where, within the stage.
   * @param script What it does behind its first line; by default it answers `--version`.
   */
  async addExecutable(path: string, script = `echo '${FAKE_VERSION}'`): Promise<void> {
    const text = `#!/bin/sh\n: >'${this.at(RAN)}'\n${script}\n`;
    await Deno.writeTextFile(this.at(path), text);
    const line = `${sumOf(text)}  ${path.split("/").at(-1)}\n`;
    const sums = path.replace(/[^/]*$/, "SHA256SUMS");
    await Deno.writeTextFile(this.at(sums), line, { append: true });
  }

  /** Whether a fake executable has run. */
  async hasRun(): Promise<boolean> {
    return (await this.list("")).includes(RAN);
  }

  /** The names in a folder of the stage, sorted; none when there is no such folder. */
  async list(path: string): Promise<string[]> {
    try {
      return (await Array.fromAsync(Deno.readDir(this.at(path)), ({ name }) => name)).sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  /**
   * Makes a folder of programs for `PATH`.
   *
   * @param scripts What each does behind its first line, by its name.
   * @param linked Programs of this machine that are there as well.
   * @returns Its absolute path.
   */
  async programs(
    scripts: Readonly<Record<string, string>>,
    linked: readonly string[] = [],
  ): Promise<string> {
    const folder = this.at("programs");
    await Deno.mkdir(folder);
    for (const [name, script] of Object.entries(scripts)) {
      await Deno.writeTextFile(`${folder}/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    for (const name of linked) await Deno.symlink(await placeOf(name), `${folder}/${name}`);
    return folder;
  }

  /**
   * Runs the script in the folder `work`.
   *
   * @param args Its arguments.
   * @param options How.
   */
  async run(args: readonly string[], options: InstallOptions = {}): Promise<InstallRun> {
    const { shell: [program, ...before] = ["sh"], env } = options;
    const given = { PATH: Deno.env.get("PATH"), HOME: this.at("home"), ...env };
    const { code, stdout, stderr } = await new Deno.Command(await placeOf(program), {
      args: [...before, this.at("scripts/install.sh"), ...args],
      cwd: this.at("work"),
      clearEnv: true,
      env: Object.fromEntries(Object.entries(given).flatMap(withValue)),
    }).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  /** Removes it all. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispose();
  }
}

/** The SHA-256 of a text, in hex. */
export function sumOf(text: string): string {
  return sha256(new TextEncoder().encode(text)).toHex();
}

function withValue([name, value]: [string, string | undefined]): [string, string][] {
  return value === undefined ? [] : [[name, value]];
}

/** A program by its absolute path, so that it is found whatever `PATH` it gets itself. */
async function placeOf(program = "sh"): Promise<string> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${folder}/${program}`;
    const isThere = await Deno.stat(path).then(({ isFile }) => isFile, () => false);
    if (folder !== "" && isThere) return path;
  }
  throw new Error(`Cannot run ${program}: it is in no folder of PATH`);
}

/**
 * Registers a test of the installer, run by `sh`.
 *
 * @param rule What the installer does, as the test's name says it.
 * @param fn The test; it is handed a stage of its own.
 */
export function installTest(rule: string, fn: (stage: InstallStage) => Promise<void>): void {
  Deno.test(`install.sh ${rule}`, async () => {
    await using stage = await InstallStage.open();
    await fn(stage);
  });
}

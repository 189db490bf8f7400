import { basename, dirname, join } from "node:path";
import type { BuiltExecutable } from "./built_executable.ts";
import { ExecutableStage, type InstalledExecutable } from "./executable_stage.ts";

/** Where the programs of the system are. */
const PROGRAM_FOLDERS = ["/usr/bin", "/bin"];

/** Programs that must not be there: Deno and Node with what belongs to them, and Python. */
const LEFT_OUT = /^(?:deno|deno-.*|dx|node|nodejs|npm|npx|corepack|yarn|pnpm|bun|python.*|pypy.*)$/;

/** An {@linkcode InstalledExecutable} in a temporary directory, with the stages to run it on. */
export class ExecutableInstallation implements AsyncDisposable {
  readonly #root: string;
  readonly #installed: InstalledExecutable;

  private constructor(root: string, installed: InstalledExecutable) {
    this.#root = root;
    this.#installed = installed;
  }

  /**
   * Installs an executable in a temporary directory, which every user may read.
   *
   * @param executable What was built; it is copied.
   */
  static async create({ path, kind }: BuiltExecutable): Promise<ExecutableInstallation> {
    const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "hushcast-test-" }));
    await Deno.chmod(root, 0o755);
    const installed = {
      kind,
      path: join(root, "program folder", basename(path)),
      programs: join(root, "bin"),
      cache: join(root, "cache"),
    };
    await Deno.mkdir(dirname(installed.path));
    await Deno.copyFile(path, installed.path);
    await Deno.mkdir(installed.programs);
    await linkPrograms(installed.programs);
    return new ExecutableInstallation(root, installed);
  }

  /** Makes empty folders to run it in, and an environment. */
  async stage(): Promise<ExecutableStage> {
    const root = await Deno.makeTempDir({ dir: this.#root, prefix: "stage-" });
    return await ExecutableStage.create(root, this.#installed);
  }

  /** Removes it, with all its stages. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#root, { recursive: true });
  }
}

async function linkPrograms(folder: string): Promise<void> {
  for (const source of PROGRAM_FOLDERS) {
    for await (const { name } of Deno.readDir(source)) {
      if (LEFT_OUT.test(name)) continue;
      try {
        await Deno.symlink(join(source, name), join(folder, name));
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      }
    }
  }
}

import { temporaryDirectory } from "./temporary_directory.ts";

/** A disk in memory that is soon full. */
export interface SmallDisk extends AsyncDisposable {
  /** Where it is mounted. */
  readonly path: string;
  /** Fills what is left of it. */
  fill(): Promise<void>;
  /** Takes the filling out. */
  clear(): Promise<void>;
}

/**
 * Mounts a small disk; only root can.
 *
 * @param kib Its size, KiB.
 */
export async function mountSmallDisk(kib: number): Promise<SmallDisk> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await temporaryDirectory());
  await run("mount", "-t", "tmpfs", "-o", `size=${kib}k`, "tmpfs", path);
  stack.defer(() => run("umount", "--lazy", path));
  const owned = stack.move();
  const filling = `${path}/filling`;
  return {
    path,
    fill: () => fill(filling),
    clear: () => Deno.remove(filling),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function fill(path: string): Promise<void> {
  using file = await Deno.open(path, { create: true, append: true });
  try {
    for (;;) await file.write(new Uint8Array(1_024));
  } catch {
    // It is full: that was what it took.
  }
}

async function run(command: string, ...args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  if (!success) throw new Error(`Cannot ${command}: ${new TextDecoder().decode(stderr)}`);
}

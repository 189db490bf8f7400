import { temporaryDirectory } from "./temporary_directory.ts";

/**
 * Takes from everyone the right to write to a directory, until it is disposed of.
 *
 * Permissions mean nothing to root, for whom it is mounted read-only over itself; what a process has
 * open there, it can go on writing to.
 *
 * @param path The directory.
 */
export async function makeReadOnly(path: string): Promise<AsyncDisposable> {
  if (Deno.uid() !== 0) {
    await Deno.chmod(path, 0o500);
    return { [Symbol.asyncDispose]: () => Deno.chmod(path, 0o700) };
  }
  // Made read-only beside it, so that nobody opens a file in between.
  await using beside = await temporaryDirectory();
  await run("mount", "--bind", path, beside.path);
  try {
    await run("mount", "-o", "remount,ro,bind", beside.path);
    await run("mount", "--bind", beside.path, path);
  } finally {
    await run("umount", beside.path);
  }
  return { [Symbol.asyncDispose]: () => run("umount", "--lazy", path) };
}

async function run(command: string, ...args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  if (!success) throw new Error(`Cannot ${command}: ${new TextDecoder().decode(stderr)}`);
}

/** Permission bits of the group and of all others. */
const OTHERS_MODE = 0o077;

/**
 * Whether others on this machine can use a file that should be its owner's alone.
 *
 * @param path The file. A pipe has no lasting content, and counts as closed; so does any file on
 *   Windows, which has no such mode: there the directory's access list decides.
 */
export async function isOpenToOthers(path: string): Promise<boolean> {
  if (Deno.build.os === "windows") return false;
  const { isFile, mode } = await Deno.stat(path);
  return isFile && mode !== null && (mode & OTHERS_MODE) !== 0;
}

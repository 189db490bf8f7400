/**
 * The children of a process. Linux shows its processes as files; all of this works there only.
 *
 * @param pid Its process id.
 * @returns Their process ids.
 */
export function childrenOf(pid: number): number[] {
  return processIds().filter((id) => parentOf(id) === pid);
}

/**
 * The processes whose program lies in a folder.
 *
 * @param folder Absolute path, without links.
 * @returns Their process ids.
 */
export function processesFrom(folder: string): number[] {
  return processIds().filter((id) => programOf(id)?.startsWith(`${folder}/`));
}

/**
 * The program that a process runs.
 *
 * @param pid Its process id.
 * @returns Absolute path, or `undefined` when it has ended or is another user's.
 */
export function programOf(pid: number): string | undefined {
  return orUndefined(() => Deno.readLinkSync(`/proc/${pid}/exe`));
}

/** The command line of a process that runs, its program first. */
export function commandLineOf(pid: number): string[] {
  return Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0").slice(0, -1);
}

function processIds(): number[] {
  return Array.from(Deno.readDirSync("/proc"), ({ name }) => Number(name)).filter(Number.isInteger);
}

function parentOf(pid: number): number | undefined {
  const text = orUndefined(() => Deno.readTextFileSync(`/proc/${pid}/stat`));
  // `pid (name) state parent ...`, and the name may hold anything.
  const parent = text?.slice(text.lastIndexOf(")") + 2).split(" ")[1];
  return parent === undefined ? undefined : Number(parent);
}

/** A process may end while it is looked at, and those of others are closed to us. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

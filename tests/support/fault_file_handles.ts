/** How many files a process has open. */
export function openFiles(pid: number): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}

/**
 * Bounds the files that a running process may have open.
 *
 * @param pid The process.
 * @param files How many; those that are open stay open.
 */
export async function limitFiles(pid: number, files: number): Promise<void> {
  const args = ["--pid", `${pid}`, `--nofile=${files}:4096`];
  const { success, stderr } = await new Deno.Command("prlimit", { args }).output();
  if (!success) throw new Error(`Cannot limit: ${new TextDecoder().decode(stderr)}`);
}

/** TCP connections that say nothing. */
export class IdleConnections implements Disposable {
  readonly #connections: Deno.TcpConn[] = [];

  /** Makes connections, one after the other; all are made by the system, also when nobody takes them. */
  async open(address: Deno.ConnectOptions, count: number): Promise<void> {
    for (let made = 0; made < count; made++) this.#connections.push(await Deno.connect(address));
  }

  /** Closes them all; twice is safe. */
  [Symbol.dispose](): void {
    for (const connection of this.#connections.splice(0)) connection.close();
  }
}

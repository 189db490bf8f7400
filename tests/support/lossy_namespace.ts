/** A network namespace of its own, whose loopback interface loses datagrams. */
export interface LossyNamespace extends AsyncDisposable {
  /** What to put before a command to run it there. */
  readonly within: readonly string[];
}

/** Why there can be no namespaces here, or `undefined` when there can. */
export async function whyNoNamespaces(): Promise<string | undefined> {
  const name = `hushcast-try-${Deno.pid}`;
  try {
    await run("ip", "netns", "add", name);
    try {
      await lose(name, 0);
    } finally {
      await run("ip", "netns", "delete", name);
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Makes a network namespace; the caller disposes of it.
 *
 * @param loss The part of all UDP datagrams that is lost, 0 to 1.
 */
export async function lossyNamespace(loss: number): Promise<LossyNamespace> {
  const name = `hushcast-${crypto.randomUUID().slice(0, 8)}`;
  await run("ip", "netns", "add", name);
  await lose(name, loss);
  return {
    within: ["ip", "netns", "exec", name],
    [Symbol.asyncDispose]: () => run("ip", "netns", "delete", name),
  };
}

/** Loss is made where datagrams come in: the kernels of small machines have no `netem`. */
async function lose(name: string, loss: number): Promise<void> {
  const within = ["netns", "exec", name] as const;
  await run("ip", ...within, "ip", "link", "set", "lo", "up");
  const random = ["-m", "statistic", "--mode", "random", "--probability", String(loss)];
  await run("ip", ...within, "iptables", "-A", "INPUT", "-p", "udp", ...random, "-j", "DROP");
}

async function run(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args }).output();
  if (success) return;
  const reason = new TextDecoder().decode(stderr).trim();
  throw new Error(`Cannot run ${command} ${args.join(" ")}: ${reason}`);
}

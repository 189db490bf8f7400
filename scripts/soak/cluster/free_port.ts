/**
 * Ports below those that systems hand out by themselves: one that a server gives up for a while is
 * not taken by a client's socket meanwhile.
 */
const FIRST_PORT = 20_000;
const PORTS = 10_000;

/** Attempts before it is given up. */
const ATTEMPTS = 100;

/**
 * Finds a port of 127.0.0.1 that nobody has, neither for UDP nor for TCP.
 *
 * @throws {Error} If a hundred were all taken.
 */
export function freeLowPort(): number {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (isFree(port)) return port;
  }
  throw new Error(`Cannot find a port: ${ATTEMPTS} were all taken`);
}

function isFree(port: number): boolean {
  const local = { hostname: "127.0.0.1", port };
  try {
    Deno.listenDatagram({ transport: "udp", ...local }).close();
    Deno.listen(local).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}

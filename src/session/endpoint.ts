/** `[IPv6%zone]` or a host without a colon, then perhaps a port. */
const ENDPOINT =
  /^(?:\[([0-9a-f]*:[0-9a-f:.]*(?:%[^\s\p{Cc}:[\]%]+)?)\]|([^\s\p{Cc}:[\]]+))(?::(\d{1,5}))?$/iu;

/** A UDP address: IP address literal (v4, or v6 without brackets) and port. */
export interface Endpoint {
  /** IP address literal; where a person has typed it, also a host name. */
  readonly hostname: string;
  /** UDP port, 0 to 65,535. */
  readonly port: number;
}

/**
 * Writes an endpoint as PROTOCOL.md writes `ip:port`.
 *
 * @param endpoint The endpoint.
 * @returns `127.0.0.1:5000`, or `[::1]:5000` for IPv6.
 */
export function formatEndpoint({ hostname, port }: Endpoint): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/**
 * Reads `HOST:PORT`, `HOST`, `[IPv6]:PORT` or `[IPv6]`; an IPv6 address may name its zone.
 *
 * @param text What a person typed; a host may be a name, which the shell resolves.
 * @param defaultPort The port when none is given; without it a port is required.
 * @param minPort The smallest port allowed: 0 where a listener may have any that is free.
 * @returns The endpoint, or `undefined` when the text has another form or the port is not in
 *   `minPort` to 65,535.
 */
export function parseEndpoint(
  text: string,
  defaultPort?: number,
  minPort: 0 | 1 = 1,
): Endpoint | undefined {
  const match = ENDPOINT.exec(text);
  const hostname = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (hostname === undefined || port === undefined || port < minPort || port > 0xffff) {
    return undefined;
  }
  return { hostname, port };
}

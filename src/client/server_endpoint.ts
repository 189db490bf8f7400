import { type Endpoint, parseEndpoint } from "../session/endpoint.ts";

/**
 * Reads where a server is, as a program gives it.
 *
 * @param location `HOST:PORT`, `HOST`, `[IPv6]:PORT`, or the same taken apart.
 * @param what What is there, as in `relay`.
 * @param defaultPort The port when none is given.
 * @throws {TypeError} If it can't be read. Not every caller has its types checked.
 */
export function serverEndpoint(
  location: string | Endpoint,
  what: string,
  defaultPort: number,
): Endpoint {
  if (location === undefined || location === null) {
    throw new TypeError(`Cannot connect: no address of ${what} given`);
  }
  const isText = typeof location === "string";
  const endpoint = isText ? parseEndpoint(location, defaultPort) : checked(location);
  if (endpoint !== undefined) return endpoint;
  const text = isText ? location : `${location.hostname}:${location.port}`;
  throw new TypeError(`Cannot read address of ${what}: want HOST:PORT, got ${text}`);
}

function checked(endpoint: Endpoint): Endpoint | undefined {
  const { hostname, port } = endpoint;
  const isPort = Number.isInteger(port) && port >= 1 && port <= 0xffff;
  return typeof hostname === "string" && isPort ? endpoint : undefined;
}

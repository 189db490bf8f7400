import { ClusterError } from "./cluster_error.ts";

const DEFAULT_PORT = 4222;

/** Where a NATS server is, and what its address says of how to come in. */
export interface NatsAddress {
  /** `host:port`, without any secret: for the library, and for people. */
  readonly server: string;
  readonly isTls: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

/**
 * Reads the address of a NATS server: `nats://[user:password@]host[:port]`, or `tls://`.
 *
 * @param text The address.
 * @throws {TypeError} If it is something else; the text is not told, since it may hold a password.
 */
export function parseNatsAddress(text: string): NatsAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isTls = url?.protocol === "tls:";
  const hasRest = url !== undefined && (!/^\/?$/.test(url.pathname) || url.search || url.hash);
  if (url === undefined || url.hostname === "" || hasRest || !(isTls || url.protocol === "nats:")) {
    throw new TypeError("Cannot use address of NATS: want nats://HOST:PORT or tls://HOST:PORT");
  }
  return {
    server: `${url.hostname}:${url.port || DEFAULT_PORT}`,
    isTls,
    user: url.username === "" ? undefined : decodeURIComponent(url.username),
    password: url.password === "" ? undefined : decodeURIComponent(url.password),
  };
}

/**
 * The one pair of user and password that addresses name.
 *
 * @param addresses Addresses of the servers of one NATS.
 * @throws {ClusterError} If they name several.
 */
export function userOf(
  addresses: readonly NatsAddress[],
): { readonly user: string; readonly password: string | undefined } | undefined {
  const named = addresses.filter(({ user }) => user !== undefined);
  const [first] = named;
  if (first?.user === undefined) return undefined;
  const isOne = named.every(({ user, password }) =>
    user === first.user && password === first.password
  );
  if (isOne) return { user: first.user, password: first.password };
  throw new ClusterError(
    "CLUSTER_CREDENTIALS",
    "Cannot come in to NATS: addresses name several users, want one for all servers",
  );
}

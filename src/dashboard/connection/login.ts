/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
/** How long the server may take to say whether one is logged in, milliseconds. */
const SESSION_TIMEOUT_MS = 5_000;

/** Whether the server is there and wants one to log in. */
export async function hasToLogIn(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(SESSION_TIMEOUT_MS);
    const { status } = await fetch("/api/session", { signal });
    return status === 401;
  } catch {
    // Whatever it is, the server could not be asked, and the next attempt will show more.
    return false;
  }
}

/** Leaves the page for the one with the login form. */
export function openLogin(): void {
  location.assign("/login");
}

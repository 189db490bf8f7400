/** What the executable may do, whichever kind it is: net, read, write and env, and nothing else. */
export const PERMISSION_FLAGS: readonly string[] = [
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-env",
];

/** What turns on the unstable part of Deno that `deno.json` turns on: UDP sockets. */
export const UNSTABLE_FLAGS: readonly string[] = ["--unstable-net"];

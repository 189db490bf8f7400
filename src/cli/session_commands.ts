/**
 * Commands of the control port that make sense in a session only, so that `hushcast control` takes
 * them on its keyboard and not on its command line: name to the option that does it there.
 */
export const SESSION_COMMANDS: ReadonlyMap<string, string> = new Map([
  ["mode", "--json"],
  ["auth", "--token-file"],
]);

/** In this variable the head of a portable executable hands the user's `HOME` on. */
const HIDDEN_HOME = "HUSHCAST_HIDDEN_HOME";

/** Environment variables; `Deno.env` has this form, and a map of them too. */
interface Variables {
  get(name: string): string | undefined;
  set(name: string, value: string): unknown;
  delete(name: string): unknown;
}

/**
 * Puts the user's `HOME` back, which the head of a portable executable hides from Deno: Deno would
 * read an `.npmrc` there, and end with a message of its own where that has a fault.
 *
 * @param variables The environment; it is left alone where nothing was hidden.
 */
export function restoreHome(variables: Variables): void {
  const home = variables.get(HIDDEN_HOME);
  if (home === undefined) return;
  variables.delete(HIDDEN_HOME);
  if (home === "") variables.delete("HOME");
  else variables.set("HOME", home);
}

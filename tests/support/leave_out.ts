/** How loudly a test is left out. */
export interface LeaveOutOptions {
  /** Whether it fails in place of being ignored; by default under CI, so that nobody overlooks it. */
  readonly isMandatory?: boolean;
}

/**
 * Registers a test that cannot run on this machine. It is ignored, and its name says what is
 * missing; where it is mandatory it fails instead.
 *
 * @param name The test's name.
 * @param needs What it needs, such as `needs zsh: apt-get install zsh`.
 * @param options How loudly.
 */
export function leaveOut(
  name: string,
  needs: string,
  { isMandatory = Boolean(Deno.env.get("CI")) }: LeaveOutOptions = {},
): void {
  if (!isMandatory) console.warn(`Ignored: ${name}: ${needs}`);
  Deno.test({
    name: `${name} (${needs})`,
    ignore: !isMandatory,
    fn: () => {
      throw new Error(`Cannot run test: ${needs}`);
    },
  });
}

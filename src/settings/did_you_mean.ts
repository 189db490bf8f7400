/**
 * What an error adds about a mistyped word.
 *
 * @param near What was probably meant, as `nearestName` found it.
 * @returns ` (did you mean NEAR?)`, or an empty string when nothing is near.
 */
export function didYouMean(near: string | undefined): string {
  return near === undefined ? "" : ` (did you mean ${near}?)`;
}

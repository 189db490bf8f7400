const POWERS = Array.from({ length: 17 }, (_, index) => index - 1);

/** Steps that leave few digits to write, from 0.1 up. */
const ROUND_STEPS: readonly number[] = POWERS.flatMap((power) =>
  ["1", "2", "5"].map((digit) => Number(`${digit}e${power}`))
);

/**
 * How far apart the marks of an axis may be, so that each of them is written another way.
 *
 * @param format Writes a value of the axis, rounded.
 * @returns The steps, the least first.
 */
export function axisSteps(format: (value: number) => string): number[] {
  return ROUND_STEPS.filter((step) => {
    const marks = [0, step, 2 * step, 3 * step].map(format);
    return new Set(marks).size === marks.length;
  });
}

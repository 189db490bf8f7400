/** Exit codes of the executable; scripts rely on them. */
export const EXIT_CODE = {
  /** What was asked is done. */
  done: 0,
  /** It failed. */
  failed: 1,
  /** The command line or a setting is wrong. */
  usage: 2,
  /** The relay or server could not be reached, or refused. */
  unreachable: 3,
  /** Ended by SIGINT or SIGTERM before it was done. */
  interrupted: 130,
} as const;

/** One of the numbers of {@linkcode EXIT_CODE}. */
export type ExitCode = typeof EXIT_CODE[keyof typeof EXIT_CODE];

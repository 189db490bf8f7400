import { HushcastError } from "../errors.ts";

/** Raised when positional arguments or their combination with flags are wrong; exit code 2. */
export class UsageError extends HushcastError {
  /** Stable name of this failure. */
  readonly code = "USAGE";
}

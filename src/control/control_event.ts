/**
 * What JSON mode tells beside log lines and replies.
 *
 * `joined` and `left` are about clients of the server; `shutdown` is the last line of a connection.
 */
export type ControlEvent =
  | {
    readonly event: "joined";
    /** The client's name if it gave one, else `ip:port`. */
    readonly id: string;
    /** `ip:port`. */
    readonly address: string;
  }
  | {
    readonly event: "left";
    readonly id: string;
    readonly address: string;
    /** Why, in words for a person. */
    readonly reason: string;
  }
  | { readonly event: "shutdown"; readonly reason: string };

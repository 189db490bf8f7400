import type { ClientRow } from "../../watch/client_row.ts";

/** A dialog that the user asks for, and what it is about. */
export type DialogRequest =
  | { readonly kind: "kick" | "ban" | "send"; readonly client: ClientRow }
  | { readonly kind: "bans" | "broadcast" | "rotate keys" };

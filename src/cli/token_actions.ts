import type { ArgumentWord } from "./argument_word.ts";

/** What `hushcast token` can do. */
export const TOKEN_ACTIONS = [
  { word: "add", summary: "Print a new token for NAME, once" },
  { word: "list", summary: "Show names and times" },
  { word: "revoke", summary: "Keep NAME out from now on" },
] as const satisfies readonly ArgumentWord[];

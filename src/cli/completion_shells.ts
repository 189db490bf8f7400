import type { ArgumentWord } from "./argument_word.ts";

/** The shells for which `hushcast completions` has a script. */
export const COMPLETION_SHELLS = [
  { word: "bash", summary: "Script for bash" },
  { word: "zsh", summary: "Script for zsh" },
  { word: "fish", summary: "Script for fish" },
] as const satisfies readonly ArgumentWord[];

/** Name of such a shell. */
export type CompletionShell = typeof COMPLETION_SHELLS[number]["word"];

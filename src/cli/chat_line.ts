/** What a line typed into a chat asks for. */
export type ChatLine =
  | { readonly action: "nothing" }
  | { readonly action: "send"; readonly text: string }
  | { readonly action: "quit" }
  | { readonly action: "help" }
  | { readonly action: "unknown"; readonly command: string };

/** What `/help` says, a line each. */
export const CHAT_HELP: readonly string[] = [
  "what you type is sent to everyone; a line that begins with / is a command:",
  "/quit   leave",
  "/help   show this",
  "//TEXT  send /TEXT",
];

/**
 * Reads a line typed into a chat.
 *
 * @param line The line without its line feed.
 * @returns What it asks for; an empty line asks for nothing.
 */
export function readChatLine(line: string): ChatLine {
  if (line === "") return { action: "nothing" };
  if (!line.startsWith("/")) return { action: "send", text: line };
  if (line.startsWith("//")) return { action: "send", text: line.slice(1) };
  const command = line.trim();
  if (command === "/quit") return { action: "quit" };
  if (command === "/help") return { action: "help" };
  return { action: "unknown", command };
}

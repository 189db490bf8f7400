import { LOGIN_MESSAGE_MARK, LOGIN_PAGE } from "./assets.ts";

/**
 * The login page.
 *
 * @param message Why a login failed, for a person; empty before the first attempt.
 * @returns The page.
 */
export function loginPage(message: string): string {
  return LOGIN_PAGE.replace(LOGIN_MESSAGE_MARK, () => escapeHtml(message));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

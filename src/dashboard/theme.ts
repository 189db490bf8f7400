/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
/** The themes: the system's, or one of the user's choice. */
export const THEMES = ["auto", "light", "dark"] as const;

/** One of `THEMES`. */
export type Theme = typeof THEMES[number];

const STORAGE_KEY = "hushcast-theme";

/** The theme that was chosen before; `auto` if none was, or if the browser keeps nothing. */
export function storedTheme(): Theme {
  const stored = withStorage((storage) => storage.getItem(STORAGE_KEY));
  return THEMES.find((theme) => theme === stored) ?? "auto";
}

/** Shows a theme, and keeps the choice where the browser allows it. */
export function chooseTheme(theme: Theme): void {
  showTheme(theme);
  withStorage((storage) =>
    theme === "auto" ? storage.removeItem(STORAGE_KEY) : storage.setItem(STORAGE_KEY, theme)
  );
}

/** Shows a theme. */
export function showTheme(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

// A browser that is told to keep nothing throws at the mere mention of it.
function withStorage<Result>(use: (storage: Storage) => Result): Result | undefined {
  try {
    return use(localStorage);
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}

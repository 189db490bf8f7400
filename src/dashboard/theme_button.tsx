/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { useState } from "preact/hooks";
import { chooseTheme, storedTheme, type Theme, THEMES } from "./theme.ts";

const LABELS: Readonly<Record<Theme, string>> = {
  auto: "Theme: system",
  light: "Theme: light",
  dark: "Theme: dark",
};

/** Goes from theme to theme. */
export function ThemeButton() {
  const [theme, setTheme] = useState(storedTheme);
  const choose = () => {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
    chooseTheme(next);
    setTheme(next);
  };
  return <button type="button" onClick={choose}>{LABELS[theme]}</button>;
}

/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { useEffect, useState } from "preact/hooks";

/** Whether the page is dark, and draws anew what does not follow by itself when that changes. */
export function useColourScheme(): "light" | "dark" {
  const [scheme, setScheme] = useState(currentScheme);
  useEffect(() => {
    const update = () => setScheme(currentScheme());
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", update);
    const choice = new MutationObserver(update);
    choice.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      system.removeEventListener("change", update);
      choice.disconnect();
    };
  }, []);
  return scheme;
}

function currentScheme(): "light" | "dark" {
  const { theme } = document.documentElement.dataset;
  if (theme === "light" || theme === "dark") return theme;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

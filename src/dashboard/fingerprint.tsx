/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { useEffect, useRef, useState } from "preact/hooks";
import { copyText } from "./copy_text.ts";

/** How long the page says that it copied, milliseconds. */
const TOLD_MS = 4_000;

/** A fingerprint that can be copied. */
export function Fingerprint({ text }: { text: string }) {
  const shown = useRef<HTMLElement>(null);
  const [told, tell] = useState("");
  useEffect(() => {
    if (told === "") return;
    const timer = setTimeout(() => tell(""), TOLD_MS);
    return () => clearTimeout(timer);
  }, [told]);
  const copy = async () => {
    if (shown.current === null) return;
    const isCopied = await copyText(text, shown.current);
    tell(isCopied ? "Copied" : "Selected: copy it by hand");
  };
  return (
    <>
      <code ref={shown}>{text}</code>
      <button type="button" class="small" aria-label="Copy the fingerprint" onClick={copy}>
        Copy
      </button>
      <span class="told" role="status">{told}</span>
    </>
  );
}

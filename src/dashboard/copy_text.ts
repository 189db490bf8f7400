/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
/**
 * Copies a text.
 *
 * Browsers lend the clipboard to secure pages alone: those over HTTPS, or from this machine. On
 * others the older command does it, which copies what is selected.
 *
 * @param text The text.
 * @param element The element that shows it.
 * @returns Whether it was copied. If not, it is selected.
 */
export async function copyText(text: string, element: Element): Promise<boolean> {
  try {
    if (isSecureContext) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch (error) {
    // The user, or the browser's settings, may forbid it.
    if (!(error instanceof DOMException)) throw error;
  }
  getSelection()?.selectAllChildren(element);
  return document.execCommand("copy");
}

/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />

/** How long a hidden page goes on, for one who only looks something up in another tab. */
const HIDDEN_MS = 30_000;

/**
 * Keeps something running while the page can be seen. A browser has six connections for all its tabs
 * to a server: the streams of forgotten tabs would leave none for the page that somebody looks at.
 *
 * @param start Starts it; called again when the page is seen again after a pause.
 * @param onPause Called when it was ended because nobody looks.
 * @returns Ends it for good.
 */
export function whileSeen(start: () => Disposable, onPause: () => void): Disposable {
  let running: Disposable | undefined = start();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const pause = () => {
    running?.[Symbol.dispose]();
    running = undefined;
    onPause();
  };
  const heed = () => {
    clearTimeout(timer);
    if (document.visibilityState === "hidden") timer = setTimeout(pause, HIDDEN_MS);
    else running ??= start();
  };
  document.addEventListener("visibilitychange", heed);
  heed();
  return {
    [Symbol.dispose]() {
      document.removeEventListener("visibilitychange", heed);
      clearTimeout(timer);
      running?.[Symbol.dispose]();
    },
  };
}

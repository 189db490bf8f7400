import type { HistoryNews } from "../history/history.ts";

/** News on its way to the relay's core, in order. */
export class NewsQueue {
  #news: HistoryNews[] = [];
  #onNews: () => void = () => {};
  #isTelling = false;

  /** Has `onNews` called when there is something to take. */
  listen(onNews: () => void): void {
    this.#onNews = onNews;
  }

  /** Adds news; who listens is told soon, once for all that comes in one piece from the socket. */
  push(news: HistoryNews): void {
    this.#news.push(news);
    if (this.#isTelling) return;
    this.#isTelling = true;
    // Never from within the library: what is thrown there ends its reading.
    queueMicrotask(() => this.tell());
  }

  /** Tells who listens at once. */
  tell(): void {
    this.#isTelling = false;
    if (this.#news.length > 0) this.#onNews();
  }

  /** Takes the news out. */
  take(): HistoryNews[] {
    const news = this.#news;
    if (news.length > 0) this.#news = [];
    return news;
  }
}

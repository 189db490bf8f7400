import { equals } from "@std/bytes";
import type { OurStream, StreamState } from "./cluster_stream.ts";

/** So often in a row a stream has to end too early until that is believed. */
const MIN_SIGHTS = 4;

/** What a stream is, beside the one that was read. */
export type Judgement =
  /** It goes on. */
  | "same"
  /** It seems to have gone back, but may only lag behind: look again. */
  | "unsure"
  /** It has lost some of what was read: its numbers are being given again. */
  | "went_back"
  /** It was made anew, or another relay saw that it went back. */
  | "other_series"
  | "not_ours";

/**
 * Judges whether a stream still is what was read of it. A server that has just become the leader of a
 * stream may not have all of it at hand yet, and gives a number that is too low; a disk that was
 * restored from a copy does so for good.
 */
export class StreamJudge {
  #sights = 0;
  #isContradicted = false;

  /** Takes note that a number has another message than it had. */
  contradicted(): void {
    this.#isContradicted = true;
  }

  /** Takes note that a new series is read. */
  begun(): void {
    this.#sights = 0;
    this.#isContradicted = false;
  }

  /**
   * Judges.
   *
   * @param state What NATS says of the stream.
   * @param known The series that is read here, and up to which number when NATS was asked.
   */
  judge(state: StreamState, known: Pick<OurStream, "seriesId" | "newest">): Judgement {
    if (state.state !== "ours") return state.state === "missing" ? "unsure" : "not_ours";
    if (!equals(state.seriesId, known.seriesId)) return "other_series";
    if (this.#isContradicted) return "went_back";
    if (state.newest >= known.newest) {
      this.#sights = 0;
      return "same";
    }
    this.#sights++;
    return this.#sights < MIN_SIGHTS ? "unsure" : "went_back";
  }
}

import { Fernet } from "../../crypto/fernet.ts";
import { openFreshToken } from "../../session/fresh_token.ts";
import { type Instant, unixSeconds } from "../../session/instant.ts";
import { ReplayMemory } from "../../session/replay_memory.ts";
import { type DirectAnswer, parseDirectAnswer } from "../../wire/direct_answer.ts";
import { joinMessage } from "../../wire/message.ts";
import { DEFAULT_TLV_TYPES } from "../../wire/tlv_types.ts";
import type { OpenedBody } from "./direct_body_opener.ts";
import type { DirectClientDropReason } from "./direct_client_drops.ts";

/** The oldest token taken, seconds: `max_message_age` of PROTOCOL 1.5. */
const MAX_MESSAGE_AGE_SECONDS = 60;

/** Tokens remembered to tell copies by: more than can be decrypted while they are fresh. */
const MAX_REMEMBERED_TOKENS = 65_536;

/** What an opened body says. */
export type DirectContent =
  | { readonly type: "answer"; readonly answer: DirectAnswer }
  /** A message for the user, in memory of its own. */
  | { readonly type: "message"; readonly payload: Uint8Array }
  | { readonly type: "dropped"; readonly reason: DirectClientDropReason };

/** Reads opened bodies: answers of the server, and messages of whoever speaks through it. */
export class DirectContentReader {
  readonly #memory: ReplayMemory = new ReplayMemory({
    maxAgeSeconds: MAX_MESSAGE_AGE_SECONDS,
    maxTokens: MAX_REMEMBERED_TOKENS,
  });

  /**
   * Reads a body.
   *
   * @param body A body that was opened.
   * @param now The moment.
   */
  read(body: Extract<OpenedBody, { outcome: "hybrid" | "plain" }>, now: Instant): DirectContent {
    if (body.outcome === "hybrid") return this.#readToken(body.fernetKey, body.token, now);
    const answer = parseDirectAnswer(body.plaintext);
    return answer === undefined
      ? { type: "message", payload: body.plaintext }
      : { type: "answer", answer };
  }

  #readToken(fernetKey: string, token: Uint8Array, now: Instant): DirectContent {
    const nowSeconds = unixSeconds(now);
    const fernet = new Fernet(fernetKey);
    const opened = openFreshToken(fernet, token, MAX_MESSAGE_AGE_SECONDS, nowSeconds);
    if (opened.state === "refused") return { type: "dropped", reason: opened.reason };
    if (!this.#memory.accept(opened.timestamp, opened.hmac, nowSeconds)) {
      return { type: "dropped", reason: "replayed" };
    }
    const payload = joinMessage(DEFAULT_TLV_TYPES.MESSAGE, opened.tlvs);
    return payload === undefined
      ? { type: "dropped", reason: "malformed" }
      : { type: "message", payload: payload.slice() };
  }
}

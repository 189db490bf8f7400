import { tryParseJson } from "../settings/try_parse_json.ts";

/** What JetStream said to a message that was published. */
export type PublishAnswer =
  /** It stands in the stream, maybe since an earlier attempt. */
  | { readonly answer: "kept"; readonly sequence: bigint }
  /** It may work later; `reason` is for people. */
  | { readonly answer: "failed"; readonly reason: string }
  /** It will never work; `reason` is for people. */
  | { readonly answer: "refused"; readonly reason: string };

/** "message size exceeds maximum allowed". */
const MESSAGE_TOO_LONG = 10_054;

/** What NATS answers when nobody listens to a subject. */
const NO_RESPONDERS = 503;

/**
 * Reads JetStream's answer to a message.
 *
 * @param status Status of its headers; 0 when it has none.
 * @param body Its body.
 */
export function readPublishAnswer(status: number, body: Uint8Array): PublishAnswer {
  if (status === NO_RESPONDERS) return { answer: "failed", reason: "no stream takes the message" };
  const { seq, error } = fieldsOf(tryParseJson(new TextDecoder().decode(body)));
  if (error !== undefined) return readError(fieldsOf(error));
  if (typeof seq === "number" && Number.isSafeInteger(seq) && seq > 0) {
    return { answer: "kept", sequence: BigInt(seq) };
  }
  return { answer: "failed", reason: "NATS gave an answer that makes no sense" };
}

function readError({ description, err_code }: Readonly<Record<string, unknown>>): PublishAnswer {
  const reason = typeof description === "string" ? description : "no reason given";
  return { answer: err_code === MESSAGE_TOO_LONG ? "refused" : "failed", reason };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

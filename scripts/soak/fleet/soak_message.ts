import { createHash } from "node:crypto";

/** Any longer text is no header of ours. */
const MAX_HEADER_BYTES = 128;

/** Up to this length a body is made anew to compare with, which costs less than a digest. */
const SHORT_BODY_BYTES = 1_024;

/** What a message of the fleet says. */
export interface SoakMessage {
  /** Name of the client that said it. */
  readonly sender: string;
  /** From 1, rising by 1 with each message of that client, whatever became of the one before. */
  readonly number: number;
  /** Length of what follows the header, bytes. */
  readonly bodyBytes: number;
}

/** Why a message is not what somebody of the fleet sent. */
export type MessageDamage = "foreign" | "cut" | "changed";

/** What reading a message gives: what it says, or what is wrong with it. */
export type ReadMessage =
  | { readonly outcome: "whole"; readonly message: SoakMessage }
  | { readonly outcome: MessageDamage; readonly message: SoakMessage | undefined };

/**
 * Writes a message: a header of text with sender, number, length and, of a long one, digest; a line
 * end; and the body.
 *
 * @param message What it says; a name without spaces.
 * @returns Bytes in a new array; the same for the same message.
 */
export function writeMessage({ sender, number, bodyBytes }: SoakMessage): Uint8Array {
  const body = bodyOf(sender, number, bodyBytes);
  const header = new TextEncoder().encode(
    `soak ${sender} ${number} ${bodyBytes} ${proofOf(body)}\n`,
  );
  const bytes = new Uint8Array(header.byteLength + bodyBytes);
  bytes.set(header);
  bytes.set(body, header.byteLength);
  return bytes;
}

/**
 * Reads a message, and checks its body: a short one byte by byte, a long one by its digest.
 *
 * @param payload The message; not kept.
 */
export function readMessage(payload: Uint8Array): ReadMessage {
  const end = payload.subarray(0, MAX_HEADER_BYTES).indexOf(0x0a);
  if (end < 0) return { outcome: "foreign", message: undefined };
  const fields = new TextDecoder().decode(payload.subarray(0, end)).split(" ");
  const [mark, sender = "", number = "", bodyBytes = "", proof = ""] = fields;
  if (mark !== "soak" || fields.length !== 5) return { outcome: "foreign", message: undefined };
  const message = { sender, number: Number(number), bodyBytes: Number(bodyBytes) };
  const body = payload.subarray(end + 1);
  if (body.byteLength !== message.bodyBytes) return { outcome: "cut", message };
  const isWhole = proofOf(body) === proof && (proof !== NO_PROOF || isBodyOf(message, body));
  return { outcome: isWhole ? "whole" : "changed", message };
}

/** Stands for a digest where there is none. */
const NO_PROOF = "-";

function proofOf(body: Uint8Array): string {
  return body.byteLength <= SHORT_BODY_BYTES ? NO_PROOF : digestOf(body);
}

function isBodyOf({ sender, number, bodyBytes }: SoakMessage, body: Uint8Array): boolean {
  const wanted = bodyOf(sender, number, bodyBytes);
  return wanted.every((byte, at) => byte === body[at]);
}

/** Bytes that follow from sender and number, and do not repeat within a fragment. */
function bodyOf(sender: string, number: number, bytes: number): Uint8Array {
  const body = new Uint8Array(bytes);
  let state = (number * 2_654_435_761 + sender.length) >>> 0 || 1;
  for (let at = 0; at < bytes; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    body[at] = state >>> 24;
  }
  return body;
}

/** Short: it guards against a mix-up, not against an attacker. */
function digestOf(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex").slice(0, 32);
}

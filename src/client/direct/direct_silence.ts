import { type Endpoint, formatEndpoint } from "../../session/endpoint.ts";
import { DirectClientError } from "./direct_client_error.ts";

/**
 * What a direct client noticed that can explain why no answer comes. All of it can be forged, so it
 * is told and never acted upon.
 */
export class DirectSilence {
  #hasPlainAnswer = false;
  #otherKey: string | undefined;

  /** Takes note of an answer in plain text, as a server gives it to whom it has no key of. */
  notePlainAnswer(): void {
    this.#hasPlainAnswer = true;
  }

  /**
   * Takes note of a key at the server's address that is not the server's.
   *
   * @param fingerprint `SHA256:...`.
   */
  noteOtherKey(fingerprint: string): void {
    this.#otherKey = fingerprint;
  }

  /** Forgets all, for when the server has answered. */
  clear(): void {
    this.#hasPlainAnswer = false;
    this.#otherKey = undefined;
  }

  /**
   * The error for a server that is silent.
   *
   * @param server Its address.
   * @param waitedMs How long no answer came, milliseconds.
   */
  error(server: Endpoint, waitedMs: number): DirectClientError {
    return new DirectClientError(
      "SERVER_SILENT",
      `Cannot reach server ${formatEndpoint(server)}: ` +
        `no answer for ${seconds(waitedMs)} s${this.#explanation()}`,
    );
  }

  /**
   * The error for a message that is not acknowledged, by a server that answers to others.
   *
   * @param server Its address.
   * @param waitedMs How long the message was not answered, milliseconds.
   */
  errorOfOne(server: Endpoint, waitedMs: number): DirectClientError {
    return new DirectClientError(
      "SERVER_SILENT",
      `Cannot deliver message to server ${formatEndpoint(server)}: ` +
        `it answers, but not to this message, for ${seconds(waitedMs)} s`,
    );
  }

  #explanation(): string {
    if (this.#otherKey !== undefined) {
      return `; its key is another one now, ${this.#otherKey}, as if it had been started anew`;
    }
    return this.#hasPlainAnswer
      ? "; the server answered in plain text: it does not know this client's key"
      : "";
  }
}

/**
 * Adds to the error for a silent server that nothing could be sent to it.
 *
 * @param error Any error of the client; one with another code is left as it is.
 * @param sendFailure What the system said to the last datagram that it refused, if it did.
 */
export function explainSilence(
  error: DirectClientError,
  sendFailure: unknown,
): DirectClientError {
  if (error.code !== "SERVER_SILENT" || sendFailure === undefined) return error;
  const reason = sendFailure instanceof Error ? sendFailure.message : String(sendFailure);
  return new DirectClientError(error.code, `${error.message}; sending failed: ${reason}`, {
    cause: sendFailure,
  });
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}

import {
  type AdmissionToken,
  type AdmissionTokens,
  isExpired,
} from "../session/admission_tokens.ts";
import type { BanList } from "../session/ban_list.ts";
import type { Session } from "../session/session.ts";
import { ClientHelloError } from "../wire/client_hello.ts";
import { ClientNameError } from "../wire/client_name.ts";
import { RejectionCode } from "../wire/registration_rejected.ts";
import type { Tlv } from "../wire/tlv.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import { type Hello, readAuthToken, readHello } from "./hello.ts";
import { Rejection } from "./rejection.ts";
import type { Newcomer } from "./relay_state.ts";

/** Whether the token of a session still admits it; and if so, until when (Unix milliseconds). */
export type TokenStanding =
  | { readonly state: "admitted"; readonly untilUnixMs: number | undefined }
  | { readonly state: "revoked" }
  | { readonly state: "expired" };

/** The operator's rules of who may come in: the admission tokens, and the bans. */
export class GateRules {
  readonly #types: TlvTypes;
  readonly #bans: BanList;
  readonly #features: number;
  #tokens: AdmissionTokens | undefined;

  /**
   * @param types The type table in use.
   * @param tokens Who may come in, or `undefined` for everyone.
   * @param bans Who may not.
   * @param features Feature bits that are granted to those who ask.
   */
  constructor(
    types: TlvTypes,
    tokens: AdmissionTokens | undefined,
    bans: BanList,
    features: number,
  ) {
    this.#types = types;
    this.#tokens = tokens;
    this.#bans = bans;
    this.#features = features;
  }

  /** Whether clients have to show a token. */
  get asksForTokens(): boolean {
    return this.#tokens !== undefined;
  }

  /** Replaces the tokens. */
  setTokens(tokens: AdmissionTokens): void {
    this.#tokens = tokens;
  }

  /** Whether an IP address is banned at `nowUnixMs`. */
  refusesAddress(hostname: string, nowUnixMs: number): boolean {
    return this.#bans.hasAddress(hostname, nowUnixMs);
  }

  /**
   * Decides on a client by what it says of itself: its token first, so that whoever has none learns
   * no more than that.
   *
   * @param tlvs What it sealed beside its key; empty if it sent its key alone.
   * @param nowUnixMs Wall-clock time.
   */
  decide(tlvs: readonly Tlv[], nowUnixMs: number): Newcomer | Rejection {
    const token = this.#tokenOf(tlvs, nowUnixMs);
    if (token instanceof Rejection) return token;
    const hello = this.#helloOf(tlvs);
    if (hello instanceof Rejection) return hello;
    const { name, features, instance, replay } = hello;
    if (token !== undefined && name !== undefined && name !== token.name) {
      return new Rejection(RejectionCode.NAME_TAKEN, "the token is for another name");
    }
    const isBanned = [name, token?.name].some((known) =>
      known !== undefined && this.#bans.hasName(known, nowUnixMs)
    );
    if (isBanned) return new Rejection(RejectionCode.BANNED);
    return { name, token, features: features & this.#features, instance, replay };
  }

  /** Whether the token that admitted a session still does, at `nowUnixMs`. */
  standingOf({ token }: Session, nowUnixMs: number): TokenStanding {
    if (this.#tokens === undefined) return { state: "admitted", untilUnixMs: undefined };
    const current = token && this.#tokens.current(token);
    if (current === undefined) return { state: "revoked" };
    if (isExpired(current, nowUnixMs)) return { state: "expired" };
    return { state: "admitted", untilUnixMs: current.expiresUnixMs };
  }

  #tokenOf(tlvs: readonly Tlv[], nowUnixMs: number): AdmissionToken | undefined | Rejection {
    if (this.#tokens === undefined) return undefined;
    const shown = readAuthToken(tlvs, this.#types);
    if (shown === undefined) return new Rejection(RejectionCode.AUTHENTICATION_REQUIRED);
    return this.#tokens.find(shown, nowUnixMs) ??
      new Rejection(RejectionCode.AUTHENTICATION_FAILED);
  }

  #helloOf(tlvs: readonly Tlv[]): Hello | Rejection {
    try {
      return readHello(tlvs, this.#types);
    } catch (error) {
      if (!(error instanceof ClientNameError || error instanceof ClientHelloError)) throw error;
      return new Rejection(RejectionCode.NAME_TAKEN, error.message);
    }
  }
}

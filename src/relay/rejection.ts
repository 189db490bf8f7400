import { RejectionCode } from "../wire/registration_rejected.ts";

const TEXTS: Readonly<Record<RejectionCode, string>> = {
  [RejectionCode.AUTHENTICATION_REQUIRED]: "an admission token is required",
  [RejectionCode.AUTHENTICATION_FAILED]: "the admission token is unknown or has expired",
  [RejectionCode.RELAY_FULL]: "the relay is full",
  [RejectionCode.BANNED]: "banned",
  [RejectionCode.KEY_UNUSABLE]: "key unusable, ask for the public key again",
  [RejectionCode.NAME_TAKEN]: "the name is taken",
  [RejectionCode.REPLAYED]: "stale or replayed registration",
};

/** Why a registration is refused. */
export class Rejection {
  /**
   * @param code What programs go by.
   * @param text What people read; by default what the code means.
   */
  constructor(readonly code: RejectionCode, readonly text: string = TEXTS[code]) {}
}

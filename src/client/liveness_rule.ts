/** How long the relay has to answer a KEEP_ALIVE, milliseconds (PROTOCOL 1.4). */
export const PROBE_TIMEOUT_MS = 1_000;

/** KEEP_ALIVEs in a row that go unanswered before the relay counts as lost. */
export const KEEP_ALIVE_TRIES = 3;

/** The same with reliable delivery, where each may be lost without harm. */
export const RELIABLE_KEEP_ALIVE_TRIES = 15;

/** The same where another relay can take its place: eight within 4 s, so that loss alone is rarely taken for a dead relay. */
export const FAILOVER_KEEP_ALIVE_TRIES = 8;

/** How long each of those has to be answered, milliseconds. */
export const FAILOVER_PROBE_MS = 500;

/** How long a relay may be silent without reliable delivery where another can take its place, milliseconds. */
export const FAILOVER_SILENCE_MS = 5_000;

/** How long a relay may be silent with reliable delivery, milliseconds (PROTOCOL 1.7). */
export const RELIABLE_SILENCE_MS = 1_000;

/**
 * Into how many parts the keep-alive interval is cut with reliable delivery: whoever only listens,
 * to a relay that is never silent, is not told which of its KEEP_ALIVEs were lost.
 */
export const RELIABLE_INTERVAL_PARTS = 4;

/**
 * What a client makes of silence. Times are shortened by up to a tenth, so that clients that began
 * together do not stay together.
 */
export interface LivenessRule {
  /** How long the relay may be silent, milliseconds. */
  readonly relaySilenceMs: number;
  /** How long the client may be silent itself, since it needs to be heard, milliseconds. */
  readonly ownSilenceMs: number;
  /** KEEP_ALIVEs in a row that go unanswered before the relay counts as lost. */
  readonly tries: number;
  /** How long each of them has to be answered, milliseconds. */
  readonly probeMs: number;
  /** Whether each KEEP_ALIVE shows the SESSION_ID, so that it finds the session after a move. */
  readonly showsSession: boolean;
}

/**
 * The rule with reliable delivery: what was lost last is to be noticed soon (PROTOCOL 1.7).
 *
 * @param keepAliveMs The keep-alive interval that the relay names.
 */
export function reliableRule(keepAliveMs: number): LivenessRule {
  return {
    relaySilenceMs: RELIABLE_SILENCE_MS,
    ownSilenceMs: keepAliveMs / RELIABLE_INTERVAL_PARTS,
    tries: RELIABLE_KEEP_ALIVE_TRIES,
    probeMs: PROBE_TIMEOUT_MS,
    // A number would be one more to be acknowledged, each second.
    showsSession: false,
  };
}

/**
 * The rule without reliable delivery.
 *
 * @param keepAliveMs The keep-alive interval that the relay names.
 */
export function plainRule(keepAliveMs: number): LivenessRule {
  return {
    relaySilenceMs: keepAliveMs,
    ownSilenceMs: keepAliveMs,
    tries: KEEP_ALIVE_TRIES,
    probeMs: PROBE_TIMEOUT_MS,
    showsSession: true,
  };
}

/**
 * The rule with reliable delivery where another relay can take the place of this one: nothing is lost
 * by changing too early, so that there is no need to wait for long.
 *
 * @param keepAliveMs The keep-alive interval that the relay names.
 */
export function reliableFailoverRule(keepAliveMs: number): LivenessRule {
  const tries = FAILOVER_KEEP_ALIVE_TRIES;
  return { ...reliableRule(keepAliveMs), tries, probeMs: FAILOVER_PROBE_MS };
}

/**
 * The rule without reliable delivery where another relay can take the place of this one.
 *
 * @param keepAliveMs The keep-alive interval that the relay names.
 */
export function plainFailoverRule(keepAliveMs: number): LivenessRule {
  const relaySilenceMs = Math.min(keepAliveMs, FAILOVER_SILENCE_MS);
  return { ...plainRule(keepAliveMs), relaySilenceMs };
}

/**
 * The rule for a session.
 *
 * @param session Whether it has reliable delivery, and whether another relay can take the place of its
 *   own.
 * @param keepAliveMs The keep-alive interval that the relay names.
 */
export function livenessRule(
  { isReliable, hasOthers }: { readonly isReliable: boolean; readonly hasOthers: boolean },
  keepAliveMs: number,
): LivenessRule {
  if (isReliable) return (hasOthers ? reliableFailoverRule : reliableRule)(keepAliveMs);
  return (hasOthers ? plainFailoverRule : plainRule)(keepAliveMs);
}

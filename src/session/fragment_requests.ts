import type { FragmentNack } from "../wire/fragment_nack.ts";
import type { Reassembly } from "../wire/reassembly.ts";
import { AMPLIFICATION_FACTOR } from "./long_answers.ts";

/**
 * Whether a FRAGMENT_NACK may be sent: together with those before it, it may be no more than what
 * may be sent to an address that is perhaps a forged one (PROTOCOL 1.4). A fragment alone proves
 * nothing, and one datagram holds many.
 *
 * @param reassembly That of the peer which is asked.
 * @param nack What is missing, as `ReassemblyPool.takeStalled` has just given it.
 * @param nackBytes Length of the datagram that asks.
 */
export function mayAskForFragments(
  reassembly: Reassembly,
  { messageId }: FragmentNack,
  nackBytes: number,
): boolean {
  const progress = reassembly.progressOf(messageId);
  if (progress === undefined) return false;
  return progress.nacks * nackBytes <= AMPLIFICATION_FACTOR * progress.tokenBytes;
}

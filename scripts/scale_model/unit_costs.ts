/**
 * What pieces of work cost: processor time in microseconds, of one processor like that of the machine
 * that was measured, under load (`deno task bench:cluster --scenario parts`; docs/SCALE.md tells how
 * the figures follow from its table).
 */
export interface UnitCosts {
  /** A relay takes a message from a sender, opens it, and publishes it to NATS. */
  readonly ingestUs: number;
  /** A relay takes a message from the stream, its own or another's. */
  readonly consumeUs: number;
  /** A relay seals and sends a copy to one receiver. */
  readonly deliverUs: number;
  /** What opening, publishing and taking cost more for each KiB of a message. */
  readonly relayKibUs: number;
  /** A copy costs so much more for each KiB. */
  readonly deliverKibUs: number;
  /** The server that leads a stream takes a message and writes it down. */
  readonly storeUs: number;
  /** It hands the message out to one relay. */
  readonly feedUs: number;
  /** It sends the message to one more server that holds the stream, and hears back. */
  readonly replicateUs: number;
  /** That server takes it, writes it down, and hands what others hold out to relays of its own. */
  readonly followUs: number;
  /** Until a process that had nothing to do begins; counts as a wait, not as processor time. */
  readonly wakeUpUs: number;
}

/** Name of a cost. */
export type UnitCostName = keyof UnitCosts;

/**
 * As measured at 500 to 1,000 messages a second: 2 AMD EPYC processors that others share, Deno 2.9.6,
 * nats-server 2.9.10. At 3,000 a second all save the copies cost half: several messages are done at a
 * time.
 */
export const MEASURED_COSTS: UnitCosts = {
  ingestUs: 190,
  consumeUs: 140,
  deliverUs: 9,
  relayKibUs: 35,
  deliverKibUs: 15,
  storeUs: 88,
  feedUs: 25,
  replicateUs: 65,
  followUs: 225,
  wakeUpUs: 250,
};

/** Every name, in the order in which they are told. */
export const UNIT_COST_NAMES: readonly UnitCostName[] = Object.keys(MEASURED_COSTS).filter(
  isUnitCostName,
);

/** Whether a word is the name of a cost. */
export function isUnitCostName(word: string): word is UnitCostName {
  return Object.hasOwn(MEASURED_COSTS, word);
}
